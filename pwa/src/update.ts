import { ref } from 'vue'

/** A newer version of the app that waits until the person agrees: code is never swapped under a half-filled form. */
export const waitingWorker = ref<ServiceWorker | null>(null)

/** Registers the service worker once the page has loaded; a browser without one runs the app all the same. */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  const register = async (): Promise<void> => {
    try {
      const registration = await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })
      const note = (): void => {
        if (registration.waiting && navigator.serviceWorker.controller) waitingWorker.value = registration.waiting
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

/** Lets the waiting version take over and reloads into it. */
export function applyUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waitingWorker.value?.postMessage({ type: 'SKIP_WAITING' })
}
