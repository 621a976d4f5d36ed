import { ref } from 'vue'
import { get } from './api/client'
import { keys, recall, remember } from './storage'

/** A newer version of the app that waits until the person agrees: code is never swapped under a half-filled form. */
export const waitingWorker = ref<ServiceWorker | null>(null)

const pause = 60_000
let superseded = false
let recovering = false
let wanted: string | undefined

/** Whether a newer version has taken over while this page ran on: the next change of screen is the moment to load it. */
export const isSuperseded = (): boolean => superseded

/**
 * Loads the app anew, at the address if one was wanted, when a part of this version is missing: the server has a newer one. At most once a
 * minute, and only when the server answers, so that neither a broken build nor a dead network makes a loop.
 */
export async function recover(address?: string): Promise<void> {
  // One screen misses several parts, and only the router knows which screen was wanted.
  wanted = address ?? wanted
  if (recovering || Date.now() - Number(recall(keys.recovered)) < pause) return
  recovering = true
  const now = String(Date.now())
  remember(keys.recovered, now)
  const answers = await get('/session', { timeout: 6_000 }).then(() => true, () => false)
  recovering = false
  if (!answers) remember(keys.recovered, null)
  // A browser that keeps nothing could not tell the second time from the first.
  else if (recall(keys.recovered) === now) {
    // A path may begin with two slashes, which by itself would name another host.
    if (wanted) location.assign(location.origin + wanted)
    else location.reload()
  }
}

/** Registers the service worker once the page has loaded; a browser without one runs the app all the same. */
export function registerWorker(): void {
  if (!import.meta.env.PROD) return
  addEventListener('vite:preloadError', () => void recover())
  if (!('serviceWorker' in navigator)) return
  const worker = navigator.serviceWorker
  let controlled = worker.controller !== null
  worker.addEventListener('controllerchange', () => {
    superseded ||= controlled
    controlled = true
    waitingWorker.value = null
  })
  const register = async (): Promise<void> => {
    try {
      const registration = await worker.register('/sw.js', { updateViaCache: 'none' })
      const note = (): void => {
        if (registration.waiting && worker.controller) waitingWorker.value = registration.waiting
      }
      note()
      registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', note))
    } catch {
      // Shells and private windows may refuse; nothing that matters depends on it.
    }
  }
  if (document.readyState === 'complete') void register()
  else addEventListener('load', () => void register(), { once: true })
}

/** Lets the waiting version take over and reloads into it. Other tabs follow with their next change of screen. */
export function applyUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waitingWorker.value?.postMessage({ type: 'SKIP_WAITING' })
}
