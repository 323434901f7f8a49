import app from '@adonisjs/core/services/app'
import edge from 'edge.js'

/*
 * Edge 6.5 keeps compiled pages and components but compiles an `@include` anew each time it is drawn: it
 * gives the names of the loop's variables along, and with those it never looks into its cache. That was
 * half the time of a list page. The same file with the same names gives the same function, so it is kept here.
 */
if (app.inProduction) {
  for (const compiler of [edge.compiler, edge.asyncCompiler]) {
    const compile = compiler.compile.bind(compiler)
    const kept = new Map<string, ReturnType<typeof compile>>()
    compiler.compile = (path, names) => {
      if (!names || names.length === 0) return compile(path)
      const key = [path, ...names].join('\0')
      const known = kept.get(key) ?? compile(path, names)
      kept.set(key, known)
      return known
    }
  }
}
