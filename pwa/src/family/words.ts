import type { Mandate, Party } from '../api/types'
import type { IconName } from '../components/Icon/shapes'
import { dayOfInstant } from '../dates'
import { say, t } from '../messages'
import { useItems } from '../publicLists'

type Capacity = Party['capacity']

export const iconOfCapacity: Record<Capacity, IconName> = { self: 'user', guardian: 'users', legal_representative: 'work', agent: 'identity', helper: 'users' }

/** What a mandate includes: the items by name, the number of cases, or everything. */
export function scopeInWords(of: Pick<Party, 'items' | 'cases'>): string {
  const known = useItems().value?.items ?? []
  const items = of.items.map((key) => say(known.find((item) => item.key === key)?.name) || key)
  const cases = of.cases.length ? [t('family.scope.cases', { n: of.cases.length })] : []
  return [...items, ...cases].join(t('list.or')) || t('family.scope.all')
}

const day = (instant: string): string => dayOfInstant(instant, { year: true })

/** As what one acts for a party, for what and until when. */
export function partyInWords(party: Party): string {
  if (party.mandate_id === null) return t('family.self.note')
  const limited = party.items.length + party.cases.length > 0
  return [t(`family.capacity.${party.capacity}`), limited ? scopeInWords(party) : '', party.ends_at ? t('family.until', { day: day(party.ends_at) }) : ''].filter(Boolean).join(t('list.separator'))
}

/** As what, for what, and until when somebody may act, or until when an invitation waits. */
export function termsInWords(mandate: Mandate): string {
  const until = mandate.state === 'pending' && mandate.invited_until ? t('family.invited_until', { day: day(mandate.invited_until) }) : mandate.ends_at ? t('family.until', { day: day(mandate.ends_at) }) : ''
  return [t(`family.role.${mandate.capacity}`), scopeInWords(mandate), until].filter(Boolean).join(t('list.separator'))
}

export function toneOfState(state: Mandate['state']): 'success' | 'warning' | 'plain' {
  return state === 'active' ? 'success' : state === 'pending' ? 'warning' : 'plain'
}

export function iconOfState(state: Mandate['state']): IconName {
  return state === 'active' ? 'done' : state === 'pending' ? 'clock' : state === 'revoked' ? 'stop' : 'circle'
}
