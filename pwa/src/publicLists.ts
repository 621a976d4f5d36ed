import { shallowReactive } from 'vue'
import { get } from './api/client'
import type { City, ItemList } from './api/types'
import { keys, recall, remember, type StorageKey } from './storage'

/** A public list: what was last read is shown at once, also with no network, while the server is asked again. */
export interface PublicList<T> {
  value: T | null
  /** Nothing is known and the server did not answer. */
  failed: boolean
  reload: () => Promise<void>
}

const known = new Map<StorageKey, PublicList<unknown>>()

function publicList<T>(path: string, key: StorageKey): PublicList<T> {
  const already = known.get(key) as PublicList<T> | undefined
  if (already) return already
  const list: PublicList<T> = shallowReactive({
    value: read<T>(key),
    failed: false,
    async reload() {
      list.failed = false
      try {
        list.value = await get<T>(path)
        remember(key, JSON.stringify(list.value))
      } catch {
        list.failed = list.value === null
      }
    },
  })
  known.set(key, list)
  void list.reload()
  return list
}

function read<T>(key: StorageKey): T | null {
  try {
    return JSON.parse(recall(key) ?? 'null') as T | null
  } catch {
    return null
  }
}

/** The city: its name, its hotline and its divisions. */
export const useCity = (): PublicList<City> => publicList<City>('/city', keys.city)

/** Every service item, in short. */
export const useItems = (): PublicList<ItemList> => publicList<ItemList>('/items', keys.items)
