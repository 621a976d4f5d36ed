import { shallowReactive, type Component } from 'vue'
import { keys } from './storage'

/** For whom this tab acts. Only a masked name outlives the page. */
export interface Acting {
  /** who chose it */
  account: string
  mandate: string
  party: string
  name: string
}

/**
 * `ended` is the name of the party whose mandate has just been found to be over, until the person has read it; `bar` says
 * both on every screen, and is not there before it is needed, as most people act for themselves only.
 */
export const acting = shallowReactive<{ current: Acting | null; ended?: string; bar?: Component }>({ current: null })

/** Goes on acting for whom this tab acted for before it was loaded anew; call it once, before anything is asked. Never throws. */
export async function restoreActing(): Promise<void> {
  try {
    if (sessionStorage.getItem(keys.acting)) (await import('./actingChoice')).restore()
  } catch {
    // A web-view without storage acts for oneself again.
  }
}
