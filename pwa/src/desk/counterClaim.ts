import type { VisitClaim } from '../api/schema'
import { phoneOf } from '../signInDigits'

/** Who stands at the counter, as typed from their card. */
export interface TypedApplicant {
  kind: 'person' | 'organisation'
  organisation: string
  uscc: string
  name: string
  id_number: string
  phone: string
}

export const nobody = (kind: TypedApplicant['kind']): TypedApplicant => ({ kind, organisation: '', uscc: '', name: '', id_number: '', phone: '' })

/** Whether anything was typed. Pure. */
export const isTyped = ({ kind: _kind, ...texts }: TypedApplicant): boolean => Object.values(texts).some((text) => text.trim() !== '')

const upper = (text: string): string => text.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase()

/** What is asked of the registers, in the form that the server takes. Pure. */
export function claimOf(item: string, typed: TypedApplicant): VisitClaim {
  return {
    item,
    name: typed.name.trim(),
    id_number: upper(typed.id_number),
    phone: phoneOf(typed.phone) ?? '',
    organisation: typed.kind === 'organisation' ? { name: typed.organisation.trim(), uscc: upper(typed.uscc) } : null,
  }
}
