/// <reference lib="webworker" />
import type { PrecacheEntry } from 'workbox-precaching'
import { openPath, targetOf } from './notification'
import type { PageMessage } from './payload'
import { keepApp } from './precache'
import { renewSubscription, showPush } from './push'
import { onSync } from './sync'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (PrecacheEntry | string)[] }

interface SyncEvent extends ExtendableEvent {
  tag: string
}
interface SubscriptionChange extends ExtendableEvent {
  oldSubscription: PushSubscription | null
}

keepApp(self.__WB_MANIFEST)

// A new version waits until the person says so: code is never swapped under a half-filled form.
self.addEventListener('message', (event) => {
  if ((event.data as PageMessage | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('push', (event) => event.waitUntil(showPush(self, event.data?.text() ?? null)))
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openPath(self.clients, targetOf(event.notification.data), self.location.origin))
})
self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent
  sync.waitUntil(onSync(sync.tag))
})
self.addEventListener('pushsubscriptionchange', (event) => {
  const change = event as SubscriptionChange
  change.waitUntil(renewSubscription(self, change.oldSubscription, fetch))
})
