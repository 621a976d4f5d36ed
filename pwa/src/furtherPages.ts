import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue'
import { ApiError, get } from './api/client'
import { t } from './messages'
import type { Resource } from './resource'

/** The entries of the first page and of those read after it; `cursor` is there while there are more. */
export interface FurtherPages<Entry> {
  entries: ComputedRef<Entry[]>
  cursor: ComputedRef<string | null | undefined>
  busy: Ref<boolean>
  /** Why the last page did not come, in words; empty when it did. What was read before stays. */
  failed: Ref<string>
  more: () => Promise<void>
}

/**
 * Reads on behind the first page of a list.
 * @param path of the list, below `/api/v1`; may carry a query
 * @param entriesOf what a page lists
 */
export function useFurtherPages<Page extends { next?: string | null }, Entry>(path: string, first: Resource<Page>, entriesOf: (page: Page) => readonly Entry[]): FurtherPages<Entry> {
  const further = shallowRef<Entry[]>([])
  const next = ref<string | null | undefined>(undefined)
  const busy = ref(false)
  const failed = ref('')
  const entries = computed(() => [...(first.value ? entriesOf(first.value) : []), ...further.value])
  const cursor = computed(() => (next.value === undefined ? first.value?.next : next.value))
  async function more(): Promise<void> {
    busy.value = true
    failed.value = ''
    try {
      const page = await get<Page>(`${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(cursor.value ?? '')}`)
      further.value = [...further.value, ...entriesOf(page)]
      next.value = page.next ?? null
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failed.value = error.transient ? t('wait.failed.unreachable') : (error.problem?.detail ?? t('wait.failed.other'))
    } finally {
      busy.value = false
    }
  }
  return { entries, cursor, busy, failed, more }
}
