import htmx from 'htmx.org/dist/htmx.esm.js'

// No indicator styles of its own (ours are in the stylesheet), no evaluated attributes: the page's policy forbids both.
htmx.config.includeIndicatorCSS = false
htmx.config.defaultTimeout = 20_000

export default htmx
