import { computed, shallowRef } from 'vue'

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>
}

const kept = shallowRef<InstallPrompt | null>(null)

addEventListener('beforeinstallprompt', (event) => {
  // Kept for the row in "Me": nobody asked for a banner.
  event.preventDefault()
  kept.value = event as InstallPrompt
})
addEventListener('appinstalled', () => (kept.value = null))

/** Whether this browser offers to put the app on the home screen. */
export const offersInstall = computed(() => kept.value !== null)

export async function install(): Promise<void> {
  await kept.value?.prompt().catch(() => undefined)
  kept.value = null
}
