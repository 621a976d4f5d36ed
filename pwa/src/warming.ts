import type { Router } from 'vue-router'
import type { Guide } from './api/types'
import { cachedGet } from './offline/cached'
import { useItems } from './publicLists'

const most = 20

/** Brings what surrounds every screen, and reads the guides and forms that can be filled in, so that a form opens on a train on the day after the first visit. Never throws. */
export async function warm(router: Router): Promise<void> {
  void import('./routes').catch(() => undefined)
  void import('./frame/frame').then(({ surround }) => surround(router)).catch(() => undefined)
  const list = useItems()
  if (!list.value) await list.reload()
  // What many people need first: the list may be long, and the data is theirs.
  const items = list.value?.items.filter((item) => item.fillable).sort((one, other) => other.everyday - one.everyday).slice(0, most) ?? []
  for (const item of items) {
    try {
      const guide = (await cachedGet<Guide>(`/items/${item.key}`)).value
      await cachedGet(`/forms/${guide.form_hash}`)
    } catch {
      return
    }
  }
}
