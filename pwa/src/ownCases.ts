import type { CaseSummary } from './api/types'
import { hasEnded } from './caseWords'

export type CaseTab = 'all' | 'open' | 'ended'

/** The address of one's own cases of a tab with what is sought in number, code or name. Pure. */
export function casesPath(tab: CaseTab, sought: string): string {
  const asked = new URLSearchParams({ ...(tab === 'all' ? {} : { state: tab }), ...(sought ? { q: sought } : {}) }).toString()
  return asked ? `/cases?${asked}` : '/cases'
}

/** Those of a list that the phone holds that are of a tab and hold what is sought in code or name; their numbers it does not hold. Pure. */
export function casesKept(cases: readonly CaseSummary[], tab: CaseTab, sought: string): CaseSummary[] {
  const code = sought.replaceAll(/[\s-]/g, '').toUpperCase()
  const name = sought.toLowerCase()
  return cases.filter(
    (one) =>
      (tab === 'all' || hasEnded(one.state) === (tab === 'ended')) &&
      (!sought || (code !== '' && one.query_code.includes(code)) || one.item.name.zh.includes(name) || one.item.name.en.toLowerCase().includes(name)),
  )
}
