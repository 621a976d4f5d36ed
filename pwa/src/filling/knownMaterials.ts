import { shallowRef, watch, type ShallowRef } from 'vue'
import type { KnownMaterials } from '../api/types'
import { get } from '../api/client'
import { session } from '../session'
import { bundleOf } from './bundleKey'

/** Which shared materials of an item the registers hold of the applicant, by key; nothing of it is kept. Raises ApiError. */
export async function readKnown(item: string): Promise<ReadonlyMap<string, boolean>> {
  const { materials } = await get<KnownMaterials>(`/items/${encodeURIComponent(item)}/known`, { timeout: 8_000 })
  return new Map(materials.map((one) => [one.key, one.found]))
}

/** As `readKnown`, for a screen: null while nobody who is known is signed in, and until the server has said. */
export function useKnownMaterials(item: string): ShallowRef<ReadonlyMap<string, boolean> | null> {
  const known = shallowRef<ReadonlyMap<string, boolean> | null>(null)
  watch(
    () => session.account?.identified === true && session.account.session?.kind !== 'staff',
    // What a bundle needs is asked item by item as its form opens.
    async (may) => (known.value = may && !bundleOf(item) ? await readKnown(item).catch(() => null) : null),
    { immediate: true },
  )
  return known
}
