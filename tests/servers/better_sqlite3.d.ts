/** As much of better-sqlite3 as the bench and the fault tests use; the package brings no types. */
declare module 'better-sqlite3' {
  namespace Database {
    interface Statement {
      run(...values: unknown[]): { lastInsertRowid: number | bigint; changes: number }
      get(...values: unknown[]): unknown
      all(...values: unknown[]): unknown[]
    }
    interface Database {
      prepare(sql: string): Statement
      exec(sql: string): this
      pragma(text: string): unknown
      transaction<A extends unknown[]>(work: (...values: A) => void): (...values: A) => void
      close(): void
    }
  }
  const Database: new (path: string) => Database.Database
  export default Database
}
