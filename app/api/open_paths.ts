/** What may be read without a token: the description of the API itself. */
export function isOpen(path: string): boolean {
  return path === '/api/v1/openapi.json'
}
