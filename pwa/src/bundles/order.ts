import type { Filing, FilingMember } from '../api/types'

/** The members of a filing by the step in which they come: all of one step go on at the same time. Pure. */
export function steps(filing: Pick<Filing, 'members'>): FilingMember[][] {
  const depth = new Map<string, number>()
  for (const member of filing.members) depth.set(member.item.key, Math.max(0, ...member.waits_for.map((key) => (depth.get(key) ?? -1) + 1)))
  const found: FilingMember[][] = []
  for (const member of filing.members) (found[depth.get(member.item.key) ?? 0] ??= []).push(member)
  return found.filter((step) => step?.length)
}

/** Whether the resident has to do something about a member. Pure. */
export const asks = (member: FilingMember): boolean => member.state === 'ready' || member.case?.waiting_for === 'resident'
