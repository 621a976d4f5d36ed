import { reactive } from 'vue'
import { keys, recall, remember } from './storage'

export type Size = 'standard' | 'elder'

/** How large everything is: the elder size has text of at least 18 px and targets of at least 60 px. */
export const preferences = reactive<{ size: Size }>({ size: recall(keys.size) === 'elder' ? 'elder' : 'standard' })

export function setSize(size: Size): void {
  preferences.size = size
  document.documentElement.dataset.size = size
  remember(keys.size, size)
}

/** Applies the size kept from before; call it once, before anything is shown. */
export function restoreSize(): void {
  document.documentElement.dataset.size = preferences.size
}
