/*
 * Shows push messages of the desk. A message is a hint; what it tells of is on the page it leads to.
 */
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => event.waitUntil(show(event)))

async function show(event) {
  let message = {}
  try {
    message = event.data.json()
  } catch {
    // A message that cannot be read is still shown: a browser insists on it.
  }
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const looking = pages.some((page) => page.visibilityState === 'visible' && message.url && new URL(page.url).pathname === message.url)
  await self.registration.showNotification(String(message.title || 'Opora'), {
    body: String(message.body || ''),
    tag: String(message.tag || 'opora'),
    renotify: !looking,
    silent: looking,
    icon: '/favicon.svg',
    data: { url: typeof message.url === 'string' && /^\/(?!\/)/.test(message.url) ? message.url : '/' },
  })
  const subscription = await self.registration.pushManager.getSubscription()
  if (subscription) await tellShown(subscription.endpoint)
}

async function tellShown(endpoint) {
  const cookie = await self.cookieStore?.get('XSRF-TOKEN')
  await fetch('/profile/devices/shown', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', 'Accept': 'application/json', 'X-XSRF-TOKEN': cookie ? decodeURIComponent(cookie.value) : '' },
    body: JSON.stringify({ endpoint }),
  }).catch(() => {})
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data?.url ?? '/'))
})

async function open(url) {
  const address = new URL(url, self.location.origin)
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = pages.find((one) => one.url === address.href) ?? pages[0]
  if (!page) return self.clients.openWindow(address.href)
  await page.focus()
  if (page.url !== address.href) await page.navigate(address.href).catch(() => self.clients.openWindow(address.href))
}
