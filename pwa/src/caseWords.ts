import type { CaseSummary, Stage } from './api/types'
import type { IconName } from './components/Icon/shapes'
import { legalDay } from './dates'
import { say, t, type MessageKey } from './messages'

/** The state of a case as one sentence. A state that this version does not know is told by its stage. */
export function stateInWords(state: string, stages: readonly Stage[] = []): string {
  const key = `state.${state}`
  const words = t(key as MessageKey)
  if (words !== key) return words
  return say(stages.find((stage) => stage.status === 'current')?.name) || t('state.other')
}

/** What the reader may expect next, or an empty string when the matter has ended. */
export function nextInWords(one: Pick<CaseSummary, 'state' | 'due' | 'waiting_for'>): string {
  if (one.waiting_for === 'resident') return t('state.yours')
  if (one.state === 'submitted' || one.state === 'pre-checked') return t('state.submitted.next')
  // A hearing ends when it ends, and what was granted is decided already.
  return one.due && one.state !== 'hearing' && one.state !== 'issuing' ? t('state.due', { day: legalDay(one.due) }) : ''
}

const STOPPED = ['declined', 'refused', 'revoked']

export function toneOfState(state: string): 'success' | 'warning' | 'danger' | 'primary' {
  if (state === 'granted') return 'success'
  if (state === 'correcting' || state === 'hearing-offered') return 'warning'
  return STOPPED.includes(state) ? 'danger' : 'primary'
}

export function iconOfState(state: string): IconName {
  if (state === 'granted') return 'done'
  if (STOPPED.includes(state)) return 'stop'
  if (state === 'correcting' || state === 'hearing-offered' || state === 'suspended') return 'pause'
  return hasEnded(state) ? 'circle' : 'clock'
}

const ENDED = [
  'granted', 'declined', 'refused', 'withdrawn', 'lapsed', 'voided', 'revoked', 'disclosed', 'already-public', 'partly-disclosed', 'not-disclosed',
  'no-information', 'not-this-body', 'not-again', 'other-rules',
]

/** Whether nothing more will happen to the case. */
export const hasEnded = (state: string): boolean => ENDED.includes(state)

/** Eight characters in two groups, as people read them out. */
export const groupedCode = (code: string): string => (code.includes('-') || code.length !== 8 ? code : `${code.slice(0, 4)}-${code.slice(4)}`)
