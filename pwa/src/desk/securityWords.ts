import { t, type MessageKey } from '../messages'
import type { SecurityEvent } from './types'

const EVENTS: Record<SecurityEvent['kind'], MessageKey> = {
  'sign-in-failed': 'event.sign-in-failed',
  'locked-out': 'event.locked-out',
  'rate-limited': 'event.rate-limited',
  'cross-origin': 'event.cross-origin',
  'permission-denied': 'event.permission-denied',
  'oidc-refused': 'event.oidc-refused',
  'code-guessing': 'event.code-guessing',
  'key-rotated': 'event.key-rotated',
  'chain-broken': 'event.chain-broken',
  'staff-changed': 'event.staff-changed',
  'roles-changed': 'event.roles-changed',
  unmasked: 'event.unmasked',
  'export-made': 'event.export-made',
  erased: 'event.erased',
}
const ACTIONS: Partial<Record<string, MessageKey>> = {
  'sign-in': 'action.sign-in',
  'sign-out': 'action.sign-out',
  'signed-out-elsewhere': 'action.signed-out-elsewhere',
  'staff-sign-in-failed': 'action.staff-sign-in-failed',
  'proved-again': 'action.proved-again',
  'password-changed': 'action.password-changed',
  'phone-changed': 'action.phone-changed',
  'identity-confirmed': 'action.identity-confirmed',
  'identity-checked-in-person': 'action.identity-checked-in-person',
  'session-ended': 'action.session-ended',
  'staff-created': 'action.staff-created',
  'staff-reset': 'action.staff-reset',
  'staff-state-changed': 'action.staff-state-changed',
  'staff-roles-changed': 'action.staff-roles-changed',
  'staff-unlocked': 'action.staff-unlocked',
  'link-created': 'action.link-created',
  'link-opened': 'action.link-opened',
  'link-revoked': 'action.link-revoked',
  'desk.list': 'action.desk.list',
  'desk.export': 'action.desk.export',
  'desk.held': 'action.desk.held',
  'desk.marked': 'action.desk.marked',
  'desk.counter-draft': 'action.desk.counter-draft',
  'desk.read': 'action.desk.read',
  'desk.read-file': 'action.desk.read-file',
  'desk.read-document': 'action.desk.read-document',
  'desk.archive': 'action.desk.archive',
  'desk.counter-opened': 'action.desk.counter-opened',
  'desk.counter-filed': 'action.desk.counter-filed',
  unmask: 'action.unmask',
  'catalogue.drafted': 'action.catalogue.drafted',
  'catalogue.discarded': 'action.catalogue.discarded',
  'publication.proposed': 'action.publication.proposed',
  'publication.published': 'action.publication.published',
  'publication.rejected': 'action.publication.rejected',
  'audit.read': 'action.audit.read',
  'audit.export': 'action.audit.export',
  'keys.rotate': 'action.keys.rotate',
}

/** The kinds of lines of the audit trail that people look for by name. */
export const AUDIT_ACTIONS = Object.keys(ACTIONS)
/** A kind of security event in words. */
export const eventWords = (kind: SecurityEvent['kind']): string => t(EVENTS[kind])
/** What a line of the audit trail tells of, in words; one that this release does not know keeps its own name. */
export function actionWords(action: string): string {
  const key = ACTIONS[action]
  return key ? t(key) : action
}

/** Who did something: a staff number, the system, somebody signed in, or nobody known. */
export function actorWords(actor: string, number: string | null): string {
  if (number) return number
  if (actor === 'system') return t('actor.system')
  if (actor === '*') return t('actor.many')
  return actor ? t('actor.account', { id: actor.slice(-6) }) : t('actor.nobody')
}

/** Why a line is there: what somebody typed stands as it is, how somebody signed in is put in words. */
export function reasonWords(action: string, reason: string): string {
  if ((action === 'sign-in' || action === 'proved-again') && (reason === 'password' || reason === 'code' || reason === 'passkey' || reason === 'unified')) return t(`audit.by.${reason}`)
  return reason
}
