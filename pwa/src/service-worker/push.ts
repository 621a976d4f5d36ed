import { pathOf, readPayload, type WorkerMessage } from './payload'

/** The part of the worker that showing a notification needs. */
export interface PushScope {
  registration: { showNotification(title: string, options: NotificationOptions): Promise<void> }
  clients: { matchAll(options: ClientQueryOptions): Promise<readonly { postMessage(message: WorkerMessage): void }[]> }
}

/** Shows one notification for a push, always, and tells open pages that there is news. */
export async function showPush(scope: PushScope, text: string | null): Promise<void> {
  const payload = readPayload(text)
  const options = { body: payload.body, tag: payload.tag, renotify: true, icon: '/icons/mark-192.png', data: { path: pathOf(payload) } }
  await scope.registration.showNotification(payload.title, options as NotificationOptions)
  for (const client of await scope.clients.matchAll({ type: 'window' })) client.postMessage({ type: 'news', case: payload.case })
}

/** The part of the worker that a renewed subscription needs. */
export interface RenewalScope {
  registration: { pushManager: Pick<PushManager, 'subscribe'> }
  navigator: { language: string }
}

/** Subscribes again when the browser has ended a subscription, and tells the server; without it news would just stop. */
export async function renewSubscription(scope: RenewalScope, old: PushSubscription | null, fetcher: typeof fetch): Promise<boolean> {
  const applicationServerKey = old?.options.applicationServerKey
  if (!applicationServerKey) return false
  const fresh = await scope.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
  const { endpoint, keys } = fresh.toJSON()
  const body = JSON.stringify({ endpoint, keys, language: scope.navigator.language.startsWith('en') ? 'en' : 'zh' })
  const init = { method: 'PUT', body, headers: { 'Content-Type': 'application/json' }, credentials: 'same-origin' } as const
  return (await fetcher('/api/v1/push/subscriptions', init)).ok
}
