import { onBeforeUnmount, onMounted, type Ref } from 'vue'

/** Keys by `KeyboardEvent.key`; `Ctrl+` in front asks for Control or Command. */
export type Shortcuts = Record<string, () => void>

const typing = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')

/** Listens to single keys while the component is shown. Plain keys are left to a person who is typing, or in a dialog. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const pressed = (event: KeyboardEvent): void => {
    const control = event.ctrlKey || event.metaKey
    if (event.altKey || document.querySelector('dialog[open]') || (!control && typing(event.target))) return
    const action = shortcuts[(control ? 'Ctrl+' : '') + event.key]
    if (!action) return
    event.preventDefault()
    action()
  }
  onMounted(() => window.addEventListener('keydown', pressed))
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}

/** J and K, or the arrows, move along the rows of a list: the `.sheet__pick` of each takes the focus. */
export function useRows(list: Ref<HTMLElement | null>): Shortcuts {
  const move = (by: number): void => {
    const rows = [...(list.value?.querySelectorAll<HTMLElement>('.sheet__pick') ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLElement)
    rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus()
  }
  return { j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1) }
}
