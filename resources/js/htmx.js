import htmx from 'htmx.org/dist/htmx.esm.js'

// No indicator styles of its own (ours are in the stylesheet).
htmx.config.includeIndicatorCSS = false
htmx.config.defaultTimeout = 20_000
// What a reader has unfolded stays so when its region is drawn anew; a frame keeps the height it measured.
htmx.config.morphIgnore = ['data-htmx-powered', 'open']
htmx.config.morphSkip = '.mail-frame'

export default htmx
