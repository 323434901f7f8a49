import app from '@adonisjs/core/services/app'
import edge from 'edge.js'

/*
 * Edge keeps a compiled template only when it is included without local variables: a fragment inside `@each`,
 * or after a `@let`, would be parsed anew for every row of every page. In production templates do not
 * change, so each is compiled once for each set of variables it is given.
 */
type Compiler = { compile(path: string, variables?: string[]): Function }

if (app.inProduction) {
  for (const compiler of [edge.compiler, edge.asyncCompiler] as unknown as Compiler[]) {
    const compile = compiler.compile.bind(compiler)
    const kept = new Map<string, Function>()
    compiler.compile = (path, variables) => {
      if (!variables) return compile(path)
      const key = `${path} ${variables.join()}`
      const template = kept.get(key) ?? compile(path, variables)
      kept.set(key, template)
      return template
    }
  }
}
