import app from '@adonisjs/core/services/app'
import edge from 'edge.js'

/*
 * Edge 6.5 keeps compiled pages and components but compiles an `@include` anew each time it is drawn: it
 * gives the names of the loop's variables along, and with those it never looks into its cache. That was
 * half the time of a list page. The same file with the same names gives the same function, so it is kept here, by the
 * name it is asked for: making a path of that each time cost more than looking it up.
 *
 * It also reads the folders of components again for each request; they do not change while the desk runs.
 */
if (app.inProduction) {
  for (const compiler of [edge.compiler, edge.asyncCompiler]) {
    const compile = compiler.compile.bind(compiler)
    const kept = new Map<string, ReturnType<typeof compile>>()
    compiler.compile = (path, names) => {
      const key = names && names.length > 0 ? `${path}\0${names.join()}` : path
      let known = kept.get(key)
      if (!known) kept.set(key, (known = names && names.length > 0 ? compile(path, names) : compile(path)))
      return known
    }
  }

  const { loader } = edge
  const listComponents = loader.listComponents.bind(loader)
  let components: ReturnType<typeof listComponents> | undefined
  loader.listComponents = () => (components ??= listComponents())
}
