import type { FormField } from '../api/types'
import { t, type MessageKey } from '../messages'
import { checkText } from '../rules/filled.ts'
import { normaliseIdentifier, normalisePhone } from '../rules/identifiers.ts'

export type Typed = string | number | undefined

interface Keys {
  type: 'text' | 'tel'
  inputmode: 'text' | 'numeric' | 'decimal' | 'tel'
  autocomplete: string
  autocapitalize: 'off' | 'sentences' | 'characters'
}

const plain: Keys = { type: 'text', inputmode: 'text', autocomplete: 'off', autocapitalize: 'off' }

/** Which keys a phone shows for a field, and what it may offer to fill in. */
export function keysOf(field: FormField, whole: boolean): Keys {
  if (field.control === 'number') return { ...plain, inputmode: whole ? 'numeric' : 'decimal' }
  switch (field.check) {
    // The last character of an ID number may be X, so it takes letters too.
    case 'id-number':
    case 'credit-code': return { ...plain, autocapitalize: 'characters' }
    case 'mobile':
    case 'phone': return { ...plain, type: 'tel', inputmode: 'tel', autocomplete: 'tel' }
    case 'postcode': return { ...plain, inputmode: 'numeric', autocomplete: 'postal-code' }
    case 'bank-card': return { ...plain, inputmode: 'numeric' }
    default: return plain
  }
}

const digits = (text: string): string => text.normalize('NFKC').replaceAll(/[\s,]/g, '')

/** What is stored while somebody types: no blanks or full-width digits in numbers, a number as a number. */
export function whileTyped(field: FormField, text: string): Typed {
  if (field.control === 'number') {
    const number = digits(text)
    // What is not a number yet, such as "1." or "1.50", stays as it is typed.
    return number === '' ? undefined : String(Number(number)) === number ? Number(number) : number
  }
  if (field.check) return (field.check === 'mobile' || field.check === 'phone' ? normalisePhone(text) : normaliseIdentifier(text)) || undefined
  return text || undefined
}

/** What is stored as the field is left. */
export function whenLeft(field: FormField, value: unknown): Typed {
  if (typeof value === 'number') return value
  const text = typeof value === 'string' ? value.trim() : ''
  if (field.control === 'number' && /^-?\d+(\.\d*)?$/.test(text)) return Number(text)
  return text || undefined
}

/** What is wrong with a number by its field's check, in words; empty when nothing is. */
export function wrongByCheck(field: FormField, value: unknown, today: string): string {
  if (!field.check || typeof value !== 'string' || value === '') return ''
  const error = checkText(field.check, value, today)
  if (!error) return ''
  const kind = error === 'organisation-check' ? 'check-character' : error
  return t(`check.${field.check}.${kind}` as MessageKey, { n: [...value].length })
}
