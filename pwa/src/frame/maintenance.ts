import { computed, ref } from 'vue'
import { reach } from '../reach'
import { session } from '../session'
import { attempt, onOutcome } from '../offline/request'
import { phaseOf, type Phase, type Window } from './phaseOf'
import { closedUntil } from './refusals'

const now = ref(Date.now())
setInterval(() => (now.value = Date.now()), 15_000)
onOutcome(() => (now.value = Date.now()))

/** Asks whether the server has opened again: what is published it answers all the time, a session it does not. */
export async function askWhetherOpen(): Promise<void> {
  if ((await attempt('GET', '/session', { timeout: 6_000 })).kind === 'ok') closedUntil.value = 0
}

/** The window that the server has told of, if it is not over. */
export const plannedWindow = computed<Window | null>(() => {
  const told = session.maintenance
  return told ? { starts: Date.parse(told.starts), ends: Date.parse(told.ends) } : null
})

/**
 * Whether the server is closed for work now: because it said so, or because nothing answers in a window that it told of before.
 * `near` and `planned` as `phaseOf` says.
 */
export const maintenance = computed<{ phase: Phase; window: Window | null }>(() => {
  const window = plannedWindow.value
  if (closedUntil.value) return { phase: 'on', window: { starts: window?.starts ?? 0, ends: closedUntil.value } }
  const phase = phaseOf(window, now.value)
  return { phase: phase === 'on' && !reach.failing ? 'none' : phase, window }
})
