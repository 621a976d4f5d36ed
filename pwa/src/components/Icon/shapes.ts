import { shallowReactive } from 'vue'
import { firstIcons } from './icons'
import type { moreIcons } from './moreIcons'

export type IconName = keyof typeof firstIcons | keyof typeof moreIcons

export const shapes: Partial<Record<IconName, string>> = shallowReactive({ ...firstIcons })

/** Adds the shapes that the first screen does without. */
export async function loadRestOfIcons(): Promise<void> {
  Object.assign(shapes, (await import('./moreIcons')).moreIcons)
}
