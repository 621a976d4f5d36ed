import type { Text } from '../api/types'
import type { MessageKey } from '../messages'
import type { Outcome } from './credential'
import type { Trust, TypeLabels } from './trust-store'
import { LOOKS } from './verdicts'

const [ISSUER_CODE, END, FIELDS] = ['1', '4', '-65537'] as const
const [TYPE, VIEW, NAME, AUTHORITY] = ['0', '1', '2', '6'] as const
/** docs/formats.md, "Credential": the fields that have a place of their own. */
const LAST_KNOWN_FIELD = 14
const MAX_TEXT = 256

export type Label = { text: Text } | { key: MessageKey } | { plain: string }
export interface ShownField {
  label: Label
  value: string | Text | boolean
  /** a legal day, to be written with its weekday */
  day: boolean
}

type Claims = Record<string, unknown>

const asClaims = (value: unknown): Claims => (value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Claims) : {})

function labelOf(key: string, type: TypeLabels | undefined, view: string): Label {
  const own = type?.views.find((one) => one.key === view)?.fields.find((field) => String(field.key) === key)
  if (own) return { text: own.label }
  const number = /^\d+$/.test(key) ? Number(key) : null
  // A text key is its own label; a number beyond the table comes from a later version and is shown as it is.
  if (number === null || number > LAST_KNOWN_FIELD) return { plain: key.slice(0, MAX_TEXT) }
  return { key: `verify.field.${number}` as MessageKey }
}

function valueOf(value: unknown): string | boolean | null {
  if (typeof value === 'boolean') return value
  const parts = (Array.isArray(value) ? value : [value]).filter((part) => typeof part === 'string' || typeof part === 'number')
  const text = parts.join('、')
  return text === '' ? null : Array.from(text).slice(0, MAX_TEXT).join('')
}

/**
 * What the verifier's person may see of an outcome, in the order of the view: all of it when the paper may be accepted,
 * only what it is and who issued it when not, and nothing of what is not genuine.
 */
export function shownFields(outcome: Outcome, trust: Trust | null): ShownField[] {
  const { disclosure } = LOOKS[outcome.verdict]
  const claims = asClaims(outcome.claims)
  const fields = asClaims(claims[FIELDS])
  if (disclosure === 'none' || Object.keys(claims).length === 0) return []
  const [typeKey, view] = [String(fields[TYPE] ?? ''), String(fields[VIEW] ?? '')]
  const type = trust?.types.find((one) => one.key === typeKey)
  const issuer = trust?.list.keys.find((key) => key.issuer === claims[ISSUER_CODE])?.issuerName ?? valueOf(fields[AUTHORITY])
  const what: ShownField[] = [{ label: { key: 'verify.field.0' }, value: type?.name ?? typeKey, day: false }]
  const by: ShownField[] = issuer ? [{ label: { key: 'verify.field.6' }, value: issuer, day: false }] : []
  if (disclosure === 'no-name') return [...what, ...by]
  const inView = type?.views.find((one) => one.key === view)?.fields.map((field) => String(field.key)) ?? []
  const order = [...new Set([NAME, ...inView, ...Object.keys(fields)])].filter((key) => key !== TYPE && key !== VIEW)
  const said = order.flatMap((key): ShownField[] => {
    const value = key === AUTHORITY ? issuer : valueOf(fields[key])
    if (value === null || value === undefined) return []
    return [{ label: labelOf(key, type, view), value, day: typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) }]
  })
  // Who it is comes first: a face before the counter is compared with it.
  const holder = NAME in fields ? said.slice(0, 1) : []
  return [...holder, ...what, ...said.slice(holder.length)]
}

/** When the credential ends, in POSIX seconds; null when it does not say. */
export function endOf(outcome: Outcome): number | null {
  const end = asClaims(outcome.claims)[END]
  return typeof end === 'number' ? end : null
}
