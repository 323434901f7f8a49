import edge from 'edge.js'
import { keyOf, keymapOf, shownKey, type KeyAct } from '#people/keymap'

type Shared = { agent?: { keyboard: number; keymap: string | null } | null }

/** The reader's key for an act; '' when they have none, or have switched the letters off. */
function keyFor(agent: Shared['agent'], act: KeyAct): string {
  return agent && !agent.keyboard ? '' : keyOf(act, keymapOf(agent))
}

const escape = (key: string) => key.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

/** For `aria-keyshortcuts`: `r`, `Shift+E`; false for none, and for two keys one after the other, which it cannot say. */
function spoken(key: string): string | false {
  if (key === '' || key.includes(' ')) return false
  return /^\p{Lu}$/u.test(key) ? `Shift+${key}` : key
}

edge.global('shortcutOf', function (this: Shared, act: KeyAct) {
  return spoken(keyFor(this.agent, act))
})
/** The same as an attribute, for an element that is written out. */
edge.global('shortcut', function (this: Shared, act: KeyAct) {
  const key = spoken(keyFor(this.agent, act))
  return edge.globals.html.safe(key ? ` aria-keyshortcuts="${escape(key)}"` : '')
})
/** The key as it stands beside its act; nothing where there is none. `quiet`: the act's element says it already. */
edge.global('kbd', function (this: Shared, act: KeyAct, quiet = false) {
  const key = keyFor(this.agent, act)
  return edge.globals.html.safe(key ? `<kbd class="kbd"${quiet ? ' aria-hidden="true"' : ''}>${escape(shownKey(key))}</kbd>` : '')
})
edge.global('keyShown', function (this: Shared, act: KeyAct) {
  return shownKey(keyOf(act, keymapOf(this.agent)))
})
