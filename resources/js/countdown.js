/**
 * Seconds that run down: `data-countdown` is how many ms are left when the page was made, `data-text` the words
 * with `%` for the seconds, `data-after` what stands there at the end. Without this script the moment stands there.
 */
const ends = new WeakMap()

function tick() {
  for (const place of document.querySelectorAll('[data-countdown]')) {
    const known = ends.get(place)
    const end = known?.given === place.dataset.countdown ? known.end : performance.now() + Number(place.dataset.countdown)
    ends.set(place, { given: place.dataset.countdown, end })
    const seconds = Math.ceil((end - performance.now()) / 1000)
    const text = seconds > 0 ? place.dataset.text.replace('%', seconds) : (place.dataset.after ?? '')
    if (place.textContent !== text) place.textContent = text
  }
}

setInterval(tick, 250)
