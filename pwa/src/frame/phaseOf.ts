/** How long before it begins every screen says so; milliseconds. */
export const NOTICE_MS = 30 * 60_000

export type Phase = 'none' | 'planned' | 'near' | 'on'

/** Epoch milliseconds. */
export interface Window {
  starts: number
  ends: number
}

/** What a screen says of planned work at an instant: nothing yet or any more, that it is near, or that it is on. Pure. */
export function phaseOf(window: Window | null, at: number): Phase {
  if (!window || at >= window.ends) return 'none'
  if (at >= window.starts) return 'on'
  return window.starts - at <= NOTICE_MS ? 'near' : 'planned'
}
