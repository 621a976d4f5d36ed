import { shallowReactive } from 'vue'
import { useRouter } from 'vue-router'
import { ApiError, get } from '../api/client'
import type { Resource } from '../resource'
import { forgetAccount } from '../session'

/**
 * Reads `path` from the server only: where one is signed in is no use when it is old, and a desk keeps nothing of its staff.
 * A session that has ended leads to the sign-in screen and back.
 */
export function useReading<T>(path: string): Resource<T> {
  const router = useRouter()
  const resource: Resource<T> = shallowReactive({
    value: null,
    at: null,
    fresh: true,
    loading: true,
    absence: null,
    async reload() {
      resource.loading = true
      resource.absence = null
      try {
        Object.assign(resource, { value: await get<T>(path), at: Date.now() })
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        resource.value = null
        resource.absence = error.transient ? 'unreachable' : 'refused'
        if (error.status === 401) {
          forgetAccount()
          await router.replace({ path: '/sign-in', query: { next: router.currentRoute.value.fullPath } })
        }
      } finally {
        resource.loading = false
      }
    },
  })
  void resource.reload()
  return resource
}
