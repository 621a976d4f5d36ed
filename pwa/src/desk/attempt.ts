import { reactive } from 'vue'
import { useRouter } from 'vue-router'
import { ApiError } from '../api/client'
import { ProofDeclined } from '../identity/proof'
import { t } from '../messages'

/** The code of an attempt whose session had ended, on a page that stays. */
export const SIGNED_OUT = 'signed-out'

export interface Attempt {
  busy: boolean
  /** Why the last one failed, in words; empty when it did not. */
  failed: string
  /** The problem's code, such as `stale`; empty when there was none. */
  code: string
  /** Runs one thing at a time. @returns whether it was done */
  run: (work: () => Promise<void>) => Promise<boolean>
}

/**
 * Runs what a person asked for and keeps why it failed. A session that has ended leads to the sign-in screen and back; a
 * proof that was declined passes in silence.
 * @param stays the page holds what must not go: that the session has ended is then said in place
 */
export function useAttempt(stays = false): Attempt {
  const router = useRouter()
  const attempt = reactive<Attempt>({
    busy: false,
    failed: '',
    code: '',
    async run(work) {
      if (attempt.busy) return false
      Object.assign(attempt, { busy: true, failed: '', code: '' })
      try {
        await work()
        return true
      } catch (error) {
        if (error instanceof ProofDeclined) return false
        if (!(error instanceof ApiError)) throw error
        if (error.status === 401 && stays) Object.assign(attempt, { failed: t('desk.signed_out'), code: SIGNED_OUT })
        else if (error.status === 401) await router.push({ path: '/sign-in', query: { next: router.currentRoute.value.fullPath } })
        else Object.assign(attempt, { failed: error.problem?.detail ?? t('wait.failed.unreachable'), code: error.code })
        return false
      } finally {
        attempt.busy = false
      }
    },
  })
  return attempt
}
