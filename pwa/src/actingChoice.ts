import { acting, type Acting } from './acting'
import { acts, get } from './api/client'
import type { Party, PartyList } from './api/types'
import { cachedGet, forgetReadingsUnder } from './offline/cached'
import { session } from './session'
import { keys } from './storage'

/** One's own whomever one acts for: an ended mandate must not stand in the way of seeing that it has ended. */
const own = /^\/(session|sign-in|re-auth|me(?!\/(?:applicant|records))|mandates|inbox|push|privacy|city|items|forms|calendar|trust|demo)/

const toldBefore = acts.refused
acts.refused = (refusal, mandate) => {
  toldBefore(refusal, mandate)
  if (refusal.code === 'mandate-invalid' && mandate === acting.current?.mandate) mandateEnded()
}

function setActing(current: Acting | null): void {
  acting.current = current
  if (current) void import('./components/ActingBar/ActingBar.vue').then((bar) => (acting.bar = bar.default)).catch(() => undefined)
  acts.mandateFor = (path) => (own.test(path) ? null : (acting.current?.mandate ?? null))
}

/** Takes up the choice that this tab remembers, if it is that of the account. */
export function restore(): void {
  const kept = JSON.parse(sessionStorage.getItem(keys.acting) ?? 'null') as Acting | null
  if (kept && kept.account === session.account?.id) setActing(kept)
}

/** A person's name as it may lie on the phone; an organisation's is public. */
export function maskedName(party: Pick<Party, 'kind' | 'name'>): string {
  const [first = '', ...rest] = party.name
  return party.kind === 'person' ? first + '*'.repeat(Math.min(rest.length, 3)) : party.name
}

/** Removes the choice from this tab's storage, for the next page. */
export const forgetActing = (): void => remember(null)

function remember(current: Acting | null): void {
  try {
    if (current) sessionStorage.setItem(keys.acting, JSON.stringify(current))
    else sessionStorage.removeItem(keys.acting)
  } catch {
    // A web-view without storage acts for the party as long as the page lives.
  }
}

/** Makes this tab act for a party until it is closed, or for oneself (a party without a mandate). */
export function actFor(party: Party | null): void {
  const account = session.account?.id
  acting.ended = ''
  if (!account || !party?.mandate_id) {
    remember(null)
    setActing(null)
    return
  }
  const current = { account, mandate: party.mandate_id, party: party.party_id, name: party.name }
  remember({ ...current, name: maskedName(party) })
  setActing(current)
}

/**
 * Makes this tab act for whom something was made for, so that it can be opened: a draft, a submission, a case's message.
 * @param wanted by party or by mandate; null for oneself
 * @returns false when there is no mandate any more, or nobody could say
 */
export async function actAsFor(wanted: { party: string } | { mandate: string } | null): Promise<boolean> {
  const current = acting.current
  if (!wanted) {
    if (current) actFor(null)
    return true
  }
  const isWanted = (mandate: string | null, party: string): boolean => ('party' in wanted ? party === wanted.party : mandate === wanted.mandate)
  if (current && isWanted(current.mandate, current.party)) return true
  try {
    const { parties } = (await cachedGet<PartyList>('/me/parties')).value
    const found = parties.find((party) => party.mandate_id !== null && isWanted(party.mandate_id, party.party_id))
    if (found) actFor(found)
    return found !== undefined
  } catch {
    return false
  }
}

/** The server has said that the mandate does not hold any more: back to oneself, and what was read under it goes. Drafts stay. */
export function mandateEnded(): void {
  const over = acting.current
  if (!over) return
  actFor(null)
  acting.ended = over.name
  void forgetReadingsUnder(over.mandate).catch(() => undefined)
}

/** Asks whether the mandate still stands, and learns the full name again after the page was loaded anew. Never throws. */
export async function confirmActing(): Promise<void> {
  const kept = acting.current
  if (!kept) return
  try {
    const { parties } = await get<PartyList>('/me/parties')
    if (acting.current?.mandate !== kept.mandate) return
    const found = parties.find((party) => party.mandate_id === kept.mandate)
    if (found) acting.current = { ...kept, name: found.name }
    else mandateEnded()
  } catch {
    // With no network the masked name has to do.
  }
}
