import { onBeforeUnmount, shallowReactive } from 'vue'
import { ApiError, get, post, request } from '../api/client'
import type { Colleague, Colleagues, Presence } from '../api/schema'

const EVERY_MS = 15_000
/** A page that nobody has touched for so long is left alone: it must not keep a session of the staff alive. */
const ALONE_MS = 5 * 60_000

/**
 * Who else looks at a case and who has it, asked every 15 seconds while the page is in sight. That it cannot be asked is no trouble of
 * the page's: what was known is forgotten, and the next time asks again.
 */
export function usePresence(caseId: string) {
  const now = shallowReactive<{ others: readonly string[]; holder: Presence['holder']; version: number; colleagues: readonly Colleague[] | null }>({
    others: [], holder: null, version: 0, colleagues: null,
  })
  const take = (found: Presence): void => void Object.assign(now, found)
  let ended = false
  let touched = Date.now()
  let wanted = 0
  const touch = (): void => void (touched = Date.now())

  async function look(): Promise<void> {
    if (ended || document.visibilityState !== 'visible' || Date.now() - touched > ALONE_MS) return
    const asked = ++wanted
    try {
      const found = await post<Presence>(`/desk/cases/${caseId}/presence`, {})
      if (asked === wanted) take(found)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      now.others = []
      // Not this person's to ask: a supervisor reads, an agent answers the phone.
      if ([401, 403, 404].includes(error.status)) ended = true
    }
  }

  /** Gives the case to somebody, or to nobody. @throws {ApiError} */
  async function give(to: string | null): Promise<void> {
    wanted += 1
    try {
      take((await request<Presence>('PUT', `/desk/cases/${caseId}/holder`, { body: { to, seen: now.holder?.id ?? null } })).value)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'holder-changed') await look()
      throw error
    }
  }

  /** Who else may have it; read once. @throws {ApiError} */
  async function readColleagues(): Promise<void> {
    now.colleagues ??= (await get<Colleagues>(`/desk/cases/${caseId}/colleagues`)).colleagues
  }

  const timer = setInterval(() => void look(), EVERY_MS)
  document.addEventListener('visibilitychange', look)
  for (const each of ['pointerdown', 'keydown'] as const) document.addEventListener(each, touch, { passive: true })
  onBeforeUnmount(() => {
    ended = true
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
    for (const each of ['pointerdown', 'keydown'] as const) document.removeEventListener(each, touch)
  })
  return { now, look, give, readColleagues }
}
