/*
 * Dialogs and messages: `data-opens="id"` opens a dialog (its own link or submit is the way without JavaScript),
 * Esc and a click beside close it, focus returns to who opened it. A message goes after ten seconds, unless
 * somebody is on it.
 */
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-opens]')
  const dialog = opener && document.getElementById(opener.dataset.opens)
  if (dialog?.showModal) {
    event.preventDefault()
    openDialog(dialog)
    return
  }
  const closer = event.target.closest('[data-closes]')
  if (closer) closer.closest('dialog')?.close()
  if (event.target.matches('dialog[open]')) event.target.close()
  // An act chosen in a menu closes the menu.
  const menu = event.target.closest('.menu--pop')
  if (menu && event.target.closest('button, a')) setTimeout(() => menu.matches(':popover-open') && menu.hidePopover())
})

export function openDialog(dialog) {
  if (dialog.open) return
  document.querySelectorAll('.menu--pop:popover-open').forEach((menu) => menu.hidePopover())
  dialog.showModal()
  dialog.querySelector('[autofocus], input:not([type=hidden]), select, textarea')?.focus()
}

/* A name typed into a choice and Enter: the form goes, as it would from a field of text. */
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches?.('dialog select, .menu--form select')) return
  event.preventDefault()
  event.target.form?.requestSubmit()
})

/*
 * Menus are popovers; where the browser cannot anchor them itself, they are put beside their button.
 */
document.addEventListener(
  'toggle',
  (event) => {
    const menu = event.target
    if (!menu.matches?.('.menu--pop') || event.newState !== 'open') return
    const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)
    if (!button) return
    const at = button.getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = menu
    const below = at.bottom + 4 + height <= window.innerHeight
    menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - 4 - height)}px`
    menu.style.left = `${Math.max(8, Math.min(at.right - width, window.innerWidth - width - 8))}px`
    menu.querySelector('a, button, input')?.focus({ preventScroll: true })
  },
  true
)

const STAY_MS = 10_000

new MutationObserver(() => {
  for (const toast of document.querySelectorAll('.toasts > .toast:not([data-timed])')) {
    toast.dataset.timed = ''
    const leave = () => (toast.matches(':hover, :focus-within') ? setTimeout(leave, 2000) : toast.remove())
    setTimeout(leave, Number(toast.dataset.stay) || STAY_MS)
  }
}).observe(document.body, { childList: true, subtree: true })
