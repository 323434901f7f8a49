/*
 * Naming a colleague in an internal note: what follows an @ is completed from the names that stand, tickable, below
 * the text. In a reply nothing is offered: there the page asks before it sends (alpine/composer.js).
 */
const MOST = 8
let list = null

const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const choices = (form) => [...form.querySelectorAll('[data-mentions] input')]

/** The word after the @ in front of the caret; null when none is being written. */
function begun(field) {
  const before = field.value.slice(0, field.selectionStart)
  const [, word] = /(?:^|[\s(])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*)?)$/u.exec(before) ?? []
  return word === undefined ? null : word
}

function close() {
  list?.field.removeAttribute('aria-controls')
  list?.field.removeAttribute('aria-activedescendant')
  list?.element.remove()
  list = null
}

function offer(field) {
  const word = begun(field)
  close()
  if (word === null) return
  const names = choices(field.form).filter(({ dataset: { name } }) => fold(name).split(' ').some((part, at, parts) => fold(parts.slice(at).join(' ')).startsWith(fold(word)))).slice(0, MOST)
  if (names.length === 0) return
  const element = document.createElement('ul')
  element.className = 'mention-list'
  element.id = 'mention-list'
  element.setAttribute('role', 'listbox')
  names.forEach((box, at) => {
    const item = document.createElement('li')
    item.id = `mention-${at}-option`
    item.setAttribute('role', 'option')
    item.dataset.value = box.value
    item.textContent = box.dataset.name
    if (box.dataset.away) item.append(Object.assign(document.createElement('small'), { textContent: box.dataset.away }))
    item.addEventListener('mousedown', (event) => {
      event.preventDefault()
      choose(box)
    })
    element.append(item)
  })
  field.after(element)
  list = { field, element, names, at: 0 }
  field.setAttribute('aria-controls', 'mention-list')
  mark()
}

function mark() {
  for (const [at, item] of [...list.element.children].entries()) item.setAttribute('aria-selected', String(at === list.at))
  list.field.setAttribute('aria-activedescendant', list.element.children[list.at].id)
}

function choose(box) {
  const { field } = list
  const start = field.selectionStart - begun(field).length
  field.setRangeText(`${box.dataset.name} `, start, field.selectionStart, 'end')
  box.checked = true
  close()
  field.focus()
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

document.addEventListener('input', ({ target }) => {
  if (target.matches?.('#note-text')) offer(target)
})
document.addEventListener(
  'keydown',
  (event) => {
    if (!list || event.target !== list.field) return
    if (event.key === 'Escape') close()
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') list.at = (list.at + (event.key === 'ArrowDown' ? 1 : list.names.length - 1)) % list.names.length
    else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') choose(list.names[list.at])
    else return
    event.preventDefault()
    event.stopPropagation()
    if (list) mark()
  },
  true
)
document.addEventListener('focusout', ({ target }) => list?.field === target && close())

/* A tick writes the name into the note, so that the words say it too. */
document.addEventListener('change', ({ target }) => {
  if (!target.matches?.('[data-mentions] input') || !target.checked) return
  const field = target.form.elements.text
  if (field.value.includes(`@${target.dataset.name}`)) return
  field.value = `${field.value}${field.value && !field.value.endsWith(' ') ? ' ' : ''}@${target.dataset.name} `
  field.dispatchEvent(new Event('input', { bubbles: true }))
})
