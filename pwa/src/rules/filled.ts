/**
 * Judging what was filled in: the schema and what the layout adds to it. Pure. The twin is `backend/cases/filled.py`:
 * the same errors on the phone and on the server (`tests/vectors/forms.json`).
 */
import type { FormField } from '../api/types'
import { formFaults, sortedErrors } from './forms.ts'
import type { FieldError } from './forms.ts'
import { checkBankCard, checkMobile, checkPhone, checkPostcode, checkResidentId, checkUscc } from './identifiers.ts'
import type { IdentifierError } from './identifiers.ts'
import { isObject } from './json.ts'
import type { Json } from './json.ts'

export type Known = NonNullable<FormField['known']>
export type Facts = Partial<Record<Known, string | null>>
type Check = NonNullable<FormField['check']>
interface Layout { pages: readonly { fields: readonly FormField[] }[] }

/** What an instance is judged by besides its form. */
export interface Circumstances {
  /** the legal day, `YYYY-MM-DD` */
  today: string
  /** what is known of the applicant */
  facts: Facts
  /** the materials that must be committed to */
  commitments: readonly string[]
}

const CHECKS: Record<Check, (text: string, today: string) => IdentifierError | null> = {
  'id-number': checkResidentId, 'credit-code': checkUscc, mobile: checkMobile, phone: checkPhone, postcode: checkPostcode, 'bank-card': checkBankCard,
}

/** What is wrong with a number by a field's check; null when nothing is. */
export const checkText = (check: Check, text: string, today: string): IdentifierError | null => CHECKS[check](text, today)

/** The value at a field's pointer within the form or a row; undefined where there is none. */
export function memberAt(scope: Json | undefined, at: string): Json | undefined {
  let here = scope
  for (const step of at.split('/').slice(1)) {
    if (!isObject(here) || !(step in here) || !Object.hasOwn(here, step)) return undefined
    here = here[step]
  }
  return here
}

/** Whether a field takes part, by the answer it depends on in its form or row. */
export function holds(when: FormField['when'], scope: Json | undefined): boolean {
  if (!when) return true
  const answer = memberAt(scope, when.pointer)
  if (typeof answer === 'boolean' || typeof when.equals === 'boolean') return answer === when.equals
  return typeof answer === 'string' && (answer === when.equals || (when.one_of ?? []).includes(answer))
}

type Report = (path: string, keyword: string) => void

function judgeField(field: FormField, value: Json | undefined, path: string, active: boolean, inRow: boolean, by: Circumstances, report: Report): void {
  const committed = field.control === 'checkbox' && by.commitments.includes(field.material ?? '')
  if (value === undefined) {
    if (active && committed) report(path, 'required')
  } else if (!active) report(path, 'when')
  else if (field.control === 'rows') {
    if (Array.isArray(value)) value.forEach((row, index) => judgeFields(field.fields ?? [], row, `${path}/${index}`, true, true, by, report))
  } else {
    if (field.check && typeof value === 'string' && checkText(field.check, value, by.today)) report(path, 'check')
    // What the registers know cannot be typed over; a row is about somebody else.
    const fact = field.known && !inRow ? (by.facts[field.known] ?? null) : null
    if ((committed && value !== true) || (fact !== null && value !== fact)) report(path, 'const')
  }
}

function judgeFields(fields: readonly FormField[], scope: Json | undefined, base: string, shown: boolean, inRow: boolean, by: Circumstances, report: Report): void {
  for (const field of fields) {
    const active = shown && holds(field.when, scope)
    if (field.control === 'group') judgeFields(field.fields ?? [], scope, base, active, inRow, by, report)
    else if (field.control !== 'file') judgeField(field, memberAt(scope, field.pointer), base + field.pointer, active, inRow, by, report)
  }
}

/**
 * Everything wrong with an instance, sorted by path then keyword, each once. To the keywords of the schema come `required`
 * at the field that is missing, `check` (a number that cannot be), `when` (an answer to a question that is not asked),
 * `const` (what the registers know, typed over; a commitment not given).
 */
export function judgeFilled(schema: Json, layout: Layout, values: Json, by: Circumstances): FieldError[] {
  const found = new Map(formFaults(schema, values).map((error) => [JSON.stringify([error.path, error.keyword]), error]))
  const report: Report = (path, keyword) => void found.set(JSON.stringify([path, keyword]), { path, keyword })
  judgeFields(layout.pages.flatMap((page) => page.fields), values, '', true, false, by, report)
  return sortedErrors([...found.values()])
}
