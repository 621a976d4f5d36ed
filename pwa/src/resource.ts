import { onUnmounted, shallowReactive } from 'vue'
import { useRouter } from 'vue-router'
import './frame/refusals'
import { forgetAccount, session } from './session'

/** Why there is nothing to show: nobody answered and nothing is kept, there is no such thing, the server would not say, or it is closed for maintenance. */
export type Absence = 'unreachable' | 'missing' | 'refused' | 'closed'

/** One thing read from the server, or from this phone with the time it was read. */
export interface Resource<T> {
  value: T | null
  /** When the server said it, epoch milliseconds. */
  at: number | null
  /** False while what is shown is this phone's copy. */
  fresh: boolean
  loading: boolean
  absence: Absence | null
  reload: () => Promise<void>
}

/**
 * Reads `path` once, on `reload`, and when the person comes back to the page. A session that has ended leads to the sign-in screen
 * and back where there is nothing to show yet, or where others use the device too.
 * @param path below `/api/v1`
 */
export function useResource<T>(path: string): Resource<T> {
  const router = useRouter()
  let gone = false
  const resource: Resource<T> = shallowReactive({
    value: null,
    at: null,
    fresh: true,
    loading: true,
    absence: null,
    async reload() {
      resource.loading = true
      resource.absence = null
      const { cachedGet, ReadRefused } = await import('./offline/cached')
      try {
        Object.assign(resource, await cachedGet<T>(path))
      } catch (error) {
        const refused = error instanceof ReadRefused
        resource.absence = !refused ? 'unreachable' : error.status === 404 ? 'missing' : error.problem.code === 'maintenance' ? 'closed' : 'refused'
        // What stands on the screen stays there, with what is being typed: the frame asks to sign in over it.
        if (refused && error.status === 401 && !gone && (resource.value === null || !session.account || session.account.session.shared)) {
          forgetAccount()
          await router.replace({ path: '/sign-in', query: { next: router.currentRoute.value.fullPath } })
        }
      } finally {
        resource.loading = false
      }
    },
  })
  const seen = (): void => {
    if (document.visibilityState === 'visible' && !resource.loading && Date.now() - (resource.at ?? 0) > 20_000) void resource.reload()
  }
  document.addEventListener('visibilitychange', seen)
  onUnmounted(() => {
    gone = true
    document.removeEventListener('visibilitychange', seen)
  })
  void resource.reload()
  return resource
}
