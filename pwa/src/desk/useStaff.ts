import { computed, ref, type ComputedRef, type Ref, type ShallowReactive } from 'vue'
import { usePages, type Pages } from './pages'
import type { StaffEntry, StaffList } from './types'

export interface Staff {
  pages: ShallowReactive<Pages<StaffList, StaffEntry>>
  /** Part of a number or a name. */
  query: Ref<string>
  found: ComputedRef<StaffEntry[]>
  chosen: Ref<string | null>
  entry: ComputedRef<StaffEntry | null>
  /** Reads everybody: a city's staff is some hundreds. */
  load: () => Promise<void>
}

/** The staff as administrators see them, searched here by number and name. */
export function useStaff(): Staff {
  const pages = usePages<StaffList, StaffEntry>(() => '/desk/staff', (page) => page.staff, 100)
  const query = ref('')
  const chosen = ref<string | null>(null)
  const found = computed(() => {
    const wanted = query.value.trim().toUpperCase()
    return pages.entries.filter((each) => `${each.number}\n${each.name.toUpperCase()}`.includes(wanted))
  })
  return {
    pages,
    query,
    found,
    chosen,
    entry: computed(() => pages.entries.find((each) => each.id === chosen.value) ?? null),
    async load() {
      await pages.load()
      while (pages.next && !pages.attempt.failed) await pages.load(true)
    },
  }
}
