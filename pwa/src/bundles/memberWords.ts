import type { FilingMember } from '../api/types'
import type { IconName } from '../components/Icon/shapes'
import { legalDay } from '../dates'
import { say, t } from '../messages'
import { asks } from './order'

export interface MemberShape {
  icon: IconName
  tone: 'success' | 'warning' | 'danger' | 'primary' | 'ahead'
}

/** How a member of a filing looks at a glance. */
export function shapeOf(member: FilingMember): MemberShape {
  if (asks(member)) return { icon: 'warning', tone: 'warning' }
  if (member.state === 'dropped') return { icon: 'stop', tone: 'danger' }
  if (!member.case) return { icon: 'circle', tone: 'ahead' }
  if (!member.case.final) return { icon: 'clock', tone: 'primary' }
  return member.case.granted ? { icon: 'done', tone: 'success' } : { icon: 'stop', tone: 'danger' }
}

/** Where a member stands, in words; `nameOf` names the members that it waits for. */
export function stateOf(member: FilingMember, nameOf: (key: string) => string): string {
  if (member.case) return say(member.case.state_name)
  if (member.state === 'dropped') return t('filing.dropped')
  if (member.state === 'ready') return t('filing.ready')
  return t('filing.waiting', { items: member.waits_for.map(nameOf).join(t('list.or.and')) })
}

/** By when, as far as it can be said. */
export const dueOf = (member: FilingMember): string => (member.due ? t(member.case ? 'filing.due' : 'filing.due.ahead', { day: legalDay(member.due) }) : '')
