import { computed, reactive, ref } from 'vue'
import { reach } from '../reach'
import { session } from '../session'
import { onOutcome } from '../offline/request'

/** How long before it begins every screen says so; milliseconds. */
export const NOTICE_MS = 30 * 60_000

export interface Window {
  starts: number
  ends: number
}

/** What a screen says of planned work at an instant: nothing yet or any more, that it is near, or that it is on. Pure. */
export function phaseOf(window: Window | null, at: number): 'none' | 'planned' | 'near' | 'on' {
  if (!window || at >= window.ends) return 'none'
  if (at >= window.starts) return 'on'
  return window.starts - at <= NOTICE_MS ? 'near' : 'planned'
}

const state = reactive<{ refusedUntil: number }>({ refusedUntil: 0 })
const now = ref(Date.now())
setInterval(() => (now.value = Date.now()), 15_000)

onOutcome((outcome) => {
  now.value = Date.now()
  if (outcome.kind === 'ok') state.refusedUntil = 0
  else if (outcome.kind === 'problem' && outcome.problem.code === 'maintenance') state.refusedUntil = Date.parse(String(outcome.problem.members.until)) || Date.now()
})

/** The window that the server has told of, if it is not over. */
export const plannedWindow = computed<Window | null>(() => {
  const told = session.maintenance
  return told ? { starts: Date.parse(told.starts), ends: Date.parse(told.ends) } : null
})

/**
 * Whether the server is closed for work now: because it said so, or because nothing answers in a window that it told of before.
 * `near` and `planned` as `phaseOf` says.
 */
export const maintenance = computed<{ phase: 'none' | 'planned' | 'near' | 'on'; window: Window | null }>(() => {
  const window = plannedWindow.value
  if (state.refusedUntil) return { phase: 'on', window: { starts: window?.starts ?? 0, ends: state.refusedUntil } }
  const phase = phaseOf(window, now.value)
  return { phase: phase === 'on' && !reach.failing ? 'none' : phase, window }
})
