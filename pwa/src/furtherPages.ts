import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue'
import { get } from './api/client'
import type { Resource } from './resource'

/** The entries of the first page and of those read after it; `cursor` is there while there are more. */
export interface FurtherPages<Entry> {
  entries: ComputedRef<Entry[]>
  cursor: ComputedRef<string | null | undefined>
  busy: Ref<boolean>
  more: () => Promise<void>
}

/**
 * Reads on behind the first page of a list.
 * @param path of the list, below `/api/v1`
 * @param entriesOf what a page lists
 */
export function useFurtherPages<Page extends { next?: string | null }, Entry>(path: string, first: Resource<Page>, entriesOf: (page: Page) => readonly Entry[]): FurtherPages<Entry> {
  const further = shallowRef<Entry[]>([])
  const next = ref<string | null | undefined>(undefined)
  const busy = ref(false)
  const entries = computed(() => [...(first.value ? entriesOf(first.value) : []), ...further.value])
  const cursor = computed(() => (next.value === undefined ? first.value?.next : next.value))
  async function more(): Promise<void> {
    busy.value = true
    try {
      const page = await get<Page>(`${path}?after=${encodeURIComponent(cursor.value ?? '')}`)
      further.value = [...further.value, ...entriesOf(page)]
      next.value = page.next ?? null
    } finally {
      busy.value = false
    }
  }
  return { entries, cursor, busy, more }
}
