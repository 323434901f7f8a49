import Alpine from '../alpine.js'
import { openDialog } from '../overlays.js'
import { send, typed } from '../presence.js'

const SAVE_MS = 3000

/**
 * The two forms of the composer. What is written is kept on the server every three seconds and, until it got
 * there, in this browser; a note never becomes a reply without being asked; files go up while one writes.
 */
Alpine.data('composer', () => ({
  timer: null,

  init() {
    const root = this.$root
    for (const form of this.forms()) {
      this.restore(form)
      this.measure(form)
    }
    root.addEventListener('click', (event) => this.clicked(event))
    root.addEventListener('input', (event) => this.written(event.target.closest('form')))
    root.addEventListener('change', (event) => event.target.matches('[data-attach]') && this.upload(event.target.closest('form'), event.target.files, event.target))
    root.addEventListener('keydown', (event) => this.pressed(event))
    root.addEventListener('submit', (event) => this.submitting(event), true)
    root.addEventListener('paste', (event) => this.pasted(event))
    root.addEventListener('dragover', (event) => event.preventDefault())
    root.addEventListener('drop', (event) => this.dropped(event))
  },

  destroy() {
    clearTimeout(this.timer)
  },

  forms() {
    return [...this.$root.querySelectorAll('form.composer')]
  },

  /** The reply's place is no form while its channel takes no answer. */
  form(kind) {
    return this.$root.querySelector(`.composer[data-kind="${kind}"]`)
  },

  clicked(event) {
    const emoji = event.target.closest('[data-insert]')
    if (emoji) this.insert(emoji.dataset.insert)
    const tab = event.target.closest('[data-mode-tab]')
    if (tab) {
      event.preventDefault()
      this.turn(tab.dataset.modeTab)
    }
    if (event.target.closest('[data-remove-file]')) {
      const form = event.target.closest('form')
      event.target.closest('li').remove()
      this.written(form)
    }
  },

  /** Shows the other form. What was written as a note goes over only after a question. */
  async turn(kind) {
    const [to, from] = [this.form(kind), this.form(kind === 'reply' ? 'note' : 'reply')]
    const moving = kind === 'reply' && to.text && !from.hidden && from.text.value.trim() !== '' && to.text.value.trim() === ''
    if (moving && (await this.ask('note-to-reply')) === 'move') {
      to.text.value = from.text.value
      from.text.value = ''
      this.written(to)
      this.save(from)
    }
    from.hidden = true
    to.hidden = false
    to.text?.focus()
    to.text?.setSelectionRange(to.text.value.length, to.text.value.length)
  },

  ask(id) {
    const dialog = document.getElementById(id)
    dialog.returnValue = ''
    openDialog(dialog)
    return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true }))
  },

  written(form) {
    if (!form?.text) return
    typed(form.dataset.kind)
    this.measure(form)
    localStorage.setItem(this.key(form), form.text.value)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(form), SAVE_MS)
  },

  /** How much of what the channel takes is used, in the channel's own unit; and in how many messages it would leave. */
  measure(form) {
    const place = form.querySelector('[data-count]')
    const { max, parts, unit } = form.text.dataset
    if (!place || !max) return
    const words = form.text.value.trim()
    const length = unit === 'bytes' ? new TextEncoder().encode(words).length : [...words].length
    place.toggleAttribute('data-near', length > max * parts * 0.9)
    place.toggleAttribute('data-over', length > max * parts)
    const number = new Intl.NumberFormat(document.documentElement.lang)
    const said = length === 0 ? place.dataset.hint : place.dataset.of.replace('%', number.format(length)).replace('#', number.format(max * parts))
    if (place.textContent !== said) place.textContent = said
  },

  /** Puts an emoji where the caret was. */
  insert(emoji) {
    const { text } = this.form('reply')
    text.setRangeText(emoji, text.selectionStart, text.selectionEnd, 'end')
    this.written(text.form)
    text.focus()
  },

  /** Arrows walk through the emoji, row by row. */
  walk(event, buttons) {
    const at = buttons.indexOf(document.activeElement)
    const columns = buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key]
    if (!step || at < 0) return
    event.preventDefault()
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))].focus()
  },

  key(form) {
    return `draft:${document.body.dataset.agent}:${this.$root.dataset.ticket}:${form.dataset.kind}`
  },

  /** What did not reach the server last time is still here. */
  restore(form) {
    const kept = localStorage.getItem(this.key(form))
    if (kept && kept !== form.text.value && form.text.value === '') form.text.value = kept
  },

  async save(form) {
    if (!form.isConnected) return
    const data = new FormData(form)
    const body = Object.fromEntries(['text', 'to', 'cc', 'bcc', 'subject'].map((name) => [name, data.get(name)]))
    // Untouched recipients are the server's to choose again when the draft is opened.
    if (!form.querySelector('.composer__address')?.open) for (const name of ['to', 'cc', 'bcc', 'subject']) delete body[name]
    const note = form.querySelector('[data-saved]')
    try {
      const answer = await send(`/tickets/${this.$root.dataset.ticket}/drafts/${form.dataset.kind}`, 'PUT', { ...body, upload_ids: data.getAll('upload_ids[]').map(Number) })
      if (!answer.ok) return
      note.textContent = await answer.text()
      if (localStorage.getItem(this.key(form)) === body.text) localStorage.removeItem(this.key(form))
    } catch {
      // The words stay in this browser; the next key tries again.
      note.textContent = ''
    }
  },

  pressed(event) {
    const emoji = event.target.closest('[data-emoji]')
    if (emoji) return this.walk(event, [...emoji.querySelectorAll('button')])
    const form = event.target.closest('form')
    if (!form || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    const resolving = event.shiftKey && form.querySelector('[name="status_after"][value="resolved"]')
    form.requestSubmit(resolving || form.querySelector('button[type="submit"]:not([name])'))
  },

  /** A colleague's name after @ in a reply: stop and ask, once. */
  async submitting(event) {
    const form = event.target
    if (!form.matches('form.composer')) return
    if (form.dataset.kind === 'reply' && !form.dataset.asked && /(^|\s)@[\p{L}]/u.test(form.text.value)) {
      event.preventDefault()
      event.stopImmediatePropagation()
      const submitter = event.submitter
      if ((await this.ask('mentions-in-reply')) !== 'send') return
      form.dataset.asked = '1'
      form.requestSubmit(submitter)
      return
    }
    clearTimeout(this.timer)
    const button = event.submitter
    button?.setAttribute('aria-busy', 'true')
    document.addEventListener('htmx:finally:request', () => button?.removeAttribute('aria-busy'), { once: true })
  },

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    this.upload(event.target.closest('form'), files)
  },

  dropped(event) {
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    this.upload(event.target.closest('form') ?? this.forms().find((form) => !form.hidden), event.dataTransfer.files)
  },

  async upload(form, files, field = null) {
    const { maxBytes, tooBig } = form.querySelector('[data-attach]')?.dataset ?? {}
    const big = maxBytes && [...files].find(({ size }) => size > maxBytes)
    if (big) {
      form.querySelector('[data-saved]').textContent = tooBig.replace('%', big.name)
      if (field) field.value = ''
      return
    }
    const list = form.querySelector('[data-files]')
    const saved = form.querySelector('[data-saved]')
    const body = new FormData()
    for (const file of files) body.append('files', file)
    if (field) field.value = ''
    saved.textContent = list.dataset.uploading
    const token = form.querySelector('[name="_csrf"]').value
    const answer = await fetch('/uploads', { method: 'POST', body, headers: { 'X-CSRF-TOKEN': token, 'Accept': 'application/json' } }).catch(() => null)
    const { files: kept = [], error = null } = answer ? await answer.json() : {}
    saved.textContent = error ?? ''
    for (const file of kept) list.append(this.chip(file, list.dataset.remove))
    if (kept.length > 0) this.written(form)
  },

  chip({ id, name, size }, removing) {
    const item = document.createElement('li')
    item.className = 'chip'
    const words = document.createElement('span')
    words.textContent = `${name} · ${size}`
    const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'upload_ids[]', value: id })
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: '×', ariaLabel: `${removing} ${name}` })
    button.dataset.removeFile = ''
    item.append(words, field, button)
    return item
  },
}))

/* What was sent is no draft any more; what did not get through (no connection, signed out) stays in this browser. */
document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => {
  const form = ctx.sourceElement?.closest?.('form.composer')
  if (form && ctx.response?.status < 300) localStorage.removeItem(`draft:${document.body.dataset.agent}:${form.closest('[data-ticket]').dataset.ticket}:${form.dataset.kind}`)
})

/* Words that were thrown away, or whose writer signs out, stay nowhere on this machine. */
document.addEventListener('submit', ({ target }) => {
  const thrown = /\/tickets\/(\d+)\/drafts\/(reply|note)\?.*DELETE/.exec(target.action)
  if (thrown) localStorage.removeItem(`draft:${document.body.dataset.agent}:${thrown[1]}:${thrown[2]}`)
  if (!target.matches('form[action^="/session?"]')) return
  for (const key of Object.keys(localStorage)) if (key.startsWith('draft:')) localStorage.removeItem(key)
})

/* "Quote in reply" of a message's menu. */
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-quote]')
  if (!button) return
  const words = document.querySelector(`#message_${button.dataset.quote} [data-words]`)?.innerText.trim()
  const field = document.getElementById('reply-text')
  if (!words || !field) return
  document.querySelector('[data-mode-tab="reply"]')?.click()
  const quote = words.split('\n').map((line) => `> ${line}`).join('\n')
  field.value = `${field.value}${field.value ? '\n\n' : ''}${quote}\n\n`
  field.dispatchEvent(new Event('input', { bubbles: true }))
})
