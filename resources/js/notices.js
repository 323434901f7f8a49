/*
 * The bell: it says in the tab's title how much is unseen, rings once for what is new, and lets this browser take push
 * messages. The rows are on the server; everything here is a hint.
 */
const bell = () => document.getElementById('bell')
let rung = Number(bell()?.dataset.rings ?? 0)
const plain = () => document.title.replace(/^\(\d+\+?\) /, '')

function show() {
  const here = bell()
  if (!here) return
  const unseen = Number(here.dataset.unseen)
  const title = unseen ? `(${unseen > 99 ? '99+' : unseen}) ${plain()}` : plain()
  if (document.title !== title) document.title = title
  for (const mark of document.querySelectorAll('[data-bell-count]')) {
    mark.hidden = unseen === 0
    if (mark.firstChild?.nodeType === Node.TEXT_NODE) mark.firstChild.data = unseen > 99 ? '99+' : String(unseen)
    else mark.prepend(unseen > 99 ? '99+' : String(unseen))
  }
  navigator.setAppBadge?.(unseen).catch(() => {})
  const newest = Number(here.dataset.rings)
  if (newest <= rung) return
  rung = newest
  say(here.dataset.news)
  ring()
}

/** Told politely to a screen reader, and to nobody else: the bell itself is what eyes see. */
function say(text) {
  const announcer = document.getElementById('announcer')
  if (!announcer || !text) return
  const line = document.createElement('p')
  line.className = 'visually-hidden'
  line.textContent = text
  announcer.append(line)
  setTimeout(() => line.remove(), 10_000)
}

/** Of several open tabs one rings: whoever gets the lock, and remembers for the others what was rung for. */
function ring() {
  const at = rung
  const once = () => {
    if (Number(localStorage.getItem('rung')) >= at) return
    localStorage.setItem('rung', String(at))
    return sound()
  }
  if (navigator.locks) navigator.locks.request('opora-bell', once).catch(() => {})
  else once()
}

let audio = null

/** Two short notes. @returns whether the browser lets it be heard */
async function sound() {
  audio ??= new AudioContext()
  if (audio.state === 'suspended') await Promise.race([audio.resume(), new Promise((wake) => setTimeout(wake, 500))])
  if (audio.state !== 'running') return false
  for (const [pitch, delay] of [[660, 0], [880, 0.14]]) {
    const note = audio.createOscillator()
    const volume = audio.createGain()
    const from = audio.currentTime + delay
    note.frequency.value = pitch
    volume.gain.setValueAtTime(0.0001, from)
    volume.gain.exponentialRampToValueAtTime(0.12, from + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.18)
    note.connect(volume).connect(audio.destination)
    note.start(from)
    note.stop(from + 0.2)
  }
  return true
}

document.addEventListener('htmx:after:swap', show)
document.addEventListener('DOMContentLoaded', show)
show()

/* The page where one chooses */
const token = () => decodeURIComponent(/(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1] ?? '')
const post = (address, method, body) => fetch(address, { method, headers: { 'Content-Type': 'application/json', 'Accept': 'application/json', 'X-XSRF-TOKEN': token() }, body: JSON.stringify(body), credentials: 'same-origin', keepalive: true })

function soundTest() {
  const button = document.querySelector('[data-sound-test]')
  if (!button) return
  button.hidden = false
  button.addEventListener('click', async () => {
    document.querySelector('[data-sound-says]').textContent = (await sound()) ? '' : button.dataset.blocked
  })
}

async function pushSwitch() {
  const on = document.querySelector('[data-push-on]')
  const off = document.querySelector('[data-push-off]')
  if (!on) return
  const says = document.querySelector('[data-push-says]')
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) {
    says.textContent = on.dataset.impossible
    return
  }
  const registration = await navigator.serviceWorker.register('/sw.js')
  const draw = async () => {
    const subscription = await registration.pushManager.getSubscription()
    on.hidden = Boolean(subscription)
    off.hidden = !subscription
  }
  on.addEventListener('click', async () => {
    if ((await Notification.requestPermission()) !== 'granted') {
      says.textContent = on.dataset.denied
      return
    }
    try {
      const { key } = await (await fetch('/profile/devices/key', { headers: { Accept: 'application/json' } })).json()
      await navigator.serviceWorker.ready
      const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
      const answer = await post('/profile/devices', 'POST', subscription.toJSON())
      if (!answer.ok) {
        await subscription.unsubscribe()
        says.textContent = on.dataset.impossible
        return
      }
      location.reload()
    } catch {
      says.textContent = on.dataset.impossible
    }
  })
  off.addEventListener('click', async () => {
    await leave(registration)
    location.reload()
  })
  await draw()
}

/** This browser takes nothing more: the service is told first, then the browser. */
async function leave(registration) {
  const subscription = await registration?.pushManager?.getSubscription()
  if (!subscription) return
  await post('/profile/devices', 'DELETE', { endpoint: subscription.endpoint }).catch(() => {})
  await subscription.unsubscribe()
}

/* Whoever signs out on this computer is not told here any more. */
document.addEventListener('submit', (event) => {
  if (!event.target.matches('form[action^="/session?"]') || event.target.dataset.left || !navigator.serviceWorker?.controller) return
  event.preventDefault()
  event.target.dataset.left = '1'
  const go = () => event.target.submit()
  navigator.serviceWorker.getRegistration().then(leave).then(go, go)
})

soundTest()
pushSwitch().catch(() => {
  const on = document.querySelector('[data-push-on]')
  if (on) document.querySelector('[data-push-says]').textContent = on.dataset.impossible
})
