import type { InboxMessage } from './api/types'
import type { IconName } from './components/Icon/shapes'
import { legalDay } from './dates'
import { say, t, type MessageKey } from './messages'

const kinds = ['case-submitted', 'case-accepted', 'case-declined', 'case-granted', 'case-refused', 'case-withdrawn', 'case-dates-moved', 'phone-changed-at-window', 'checked-in-person', 'filing-asks', 'filing-part-dropped'] as const

/** A parameter as text: bilingual texts in the language in use, legal days with their weekday. */
function worded(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'zh' in value && 'en' in value) return say({ zh: String(value.zh), en: String(value.en) })
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return legalDay(value)
  return value === null || value === undefined ? '' : String(value)
}

/** Title and body of a message in the language in use. A kind this version does not know still says that there is news. */
export function messageInWords(message: Pick<InboxMessage, 'kind' | 'params'>): { title: string; body: string } {
  const kind = message.kind.split('@')[0] ?? ''
  const known = (kinds as readonly string[]).includes(kind) ? kind : 'other'
  const parameters = { item: t('inbox.item'), query_code: '', due: '', was: '', department: '', reason: '', ...Object.fromEntries(Object.entries(message.params).map(([name, value]) => [name, worded(value)])) }
  return { title: t(`inbox.${known}.title` as MessageKey, parameters), body: t(`inbox.${known}.body` as MessageKey, parameters) }
}

export function shapeOfMessage(kind: string): { icon: IconName; tone: 'success' | 'danger' | 'primary' } {
  if (kind.startsWith('case-declined') || kind.startsWith('case-refused')) return { icon: 'stop', tone: 'danger' }
  if (kind.startsWith('case-granted')) return { icon: 'card', tone: 'success' }
  if (kind.startsWith('case-accepted')) return { icon: 'done', tone: 'success' }
  return { icon: 'mail', tone: 'primary' }
}
