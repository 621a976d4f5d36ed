import { computed, shallowRef } from 'vue'

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>
}

const kept = shallowRef<InstallPrompt | null>(null)
const dismissed = 'zhangban.install.dismissed'

if (typeof addEventListener === 'function') {
  addEventListener('beforeinstallprompt', (event) => {
    // Kept for the row in "Me" and for when an application has been received: nobody asked for a banner.
    event.preventDefault()
    kept.value = event as InstallPrompt
  })
  addEventListener('appinstalled', () => (kept.value = null))
}

/** Whether this browser offers to put the app on the home screen. */
export const offersInstall = computed(() => kept.value !== null)

/**
 * Whether a browser puts apps on the home screen only by its own menu and never offers it: Safari on iPhone and iPad.
 * Other apps' web views there cannot. Pure.
 */
export function installsByHand(userAgent: string, touchPoints: number): boolean {
  const apple = /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && touchPoints > 1)
  return apple && /Version\/[\d.]+ .*Safari\//.test(userAgent) && !/MicroMessenger|AlipayClient|CriOS|FxiOS|EdgiOS/.test(userAgent)
}

/** How the app could be put on the home screen of this phone and was not yet; null where it is there already, cannot be, or the person said no for good. */
export const installWay = computed<'offered' | 'by_hand' | null>(() => {
  if (wasDismissed() || matchMedia('(display-mode: standalone)').matches) return null
  if (kept.value) return 'offered'
  return installsByHand(navigator.userAgent, navigator.maxTouchPoints) ? 'by_hand' : null
})

function wasDismissed(): boolean {
  try {
    return localStorage.getItem(dismissed) !== null
  } catch {
    // What cannot be remembered must not be asked again and again.
    return true
  }
}

/** The person does not want the app on the home screen; not asked again on this phone. */
export function dismissInstall(): void {
  try {
    localStorage.setItem(dismissed, '1')
  } catch {
    // Nothing was shown where nothing is kept.
  }
}

export async function install(): Promise<void> {
  await kept.value?.prompt().catch(() => undefined)
  kept.value = null
}
