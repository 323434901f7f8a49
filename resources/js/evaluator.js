/**
 * Alpine's own evaluator builds functions from text, which our content policy forbids (and should). This
 * one reads names only: `open`, `!open`, `draft.saved`, `send`. What is more than a name is a method of
 * the component, in resources/js/alpine/.
 */
export function evaluator(Alpine) {
  return (el, expression) => {
    return (receive = () => {}, { scope = {}, params = [] } = {}) => {
      const data = Alpine.mergeProxies([scope, ...Alpine.closestDataStack(el)])
      let value = typeof expression === 'function' ? expression : read(data, expression.trim())
      if (typeof value === 'function') value = value.apply(data, params)
      receive(value)
    }
  }
}

function read(data, expression) {
  if (expression === '' || expression === '{}') return {}
  if (expression.startsWith('!')) return !resolve(data, expression.slice(1).trim())
  return resolve(data, expression)
}

function resolve(data, path) {
  const value = path.split('.').reduce((at, name) => at?.[name], data)
  return typeof value === 'function' && path.includes('.') ? value.bind(data) : value
}
