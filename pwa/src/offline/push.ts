import { attempt } from './request'

/** How asking for news on this phone ended. */
export type SubscribeOutcome = 'subscribed' | 'denied' | 'not-supported' | 'timed-out' | 'failed'
export type PushState = 'subscribed' | 'off' | 'denied' | 'not-supported'

/** Some phones never reach their push service, and the browser never says so. */
const SUBSCRIBE_TIMEOUT_MS = 15_000
const WORKER_TIMEOUT_MS = 5_000
const UNSUBSCRIBE_TIMEOUT_MS = 5_000

class TimedOut extends Error {}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut()), milliseconds)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function supported(): boolean {
  return typeof navigator !== 'undefined' && !!navigator.serviceWorker && 'PushManager' in globalThis && 'Notification' in globalThis
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function sameKey(subscription: PushSubscription, key: Uint8Array): boolean {
  const used = subscription.options.applicationServerKey
  if (!used) return false
  const bytes = new Uint8Array(used)
  return bytes.length === key.length && bytes.every((byte, index) => byte === key[index])
}

async function subscription(key: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const registration = await within(WORKER_TIMEOUT_MS, navigator.serviceWorker.ready)
  const existing = await registration.pushManager.getSubscription()
  if (existing && sameKey(existing, key)) return existing
  // Browsers refuse a second subscription under another key: the server's has changed.
  await existing?.unsubscribe()
  const made = registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  return within(SUBSCRIBE_TIMEOUT_MS, made)
}

/** Asks for permission and subscribes this phone. To be called from a press: browsers ignore it otherwise. Never throws. */
export async function subscribePush(language: 'zh' | 'en'): Promise<SubscribeOutcome> {
  if (!supported()) return 'not-supported'
  try {
    if ((await Notification.requestPermission()) !== 'granted') return 'denied'
    const key = await attempt<{ key: string }>('GET', '/push/key')
    if (key.kind !== 'ok') return 'failed'
    const { endpoint, keys } = (await subscription(bytesOf(key.body.key))).toJSON()
    const stored = await attempt('PUT', '/push/subscriptions', { body: { endpoint, keys, language } })
    return stored.kind === 'ok' ? 'subscribed' : 'failed'
  } catch (error) {
    if (error instanceof TimedOut) return 'timed-out'
    return error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'failed'
  }
}

async function current(): Promise<PushSubscription | null> {
  // Not `ready`, which never comes where no worker could be registered: then there is no subscription either.
  const registration = await within(WORKER_TIMEOUT_MS, navigator.serviceWorker.getRegistration())
  return (await registration?.pushManager.getSubscription()) ?? null
}

/** Ends news on this phone, here and at the server, which otherwise learns it by the push service's 410. False: still on here. Never throws. */
export async function unsubscribePush(): Promise<boolean> {
  if (!supported()) return true
  try {
    const subscribed = await current()
    if (!subscribed) return true
    const { endpoint } = subscribed
    const [ended] = await Promise.all([
      within(UNSUBSCRIBE_TIMEOUT_MS, subscribed.unsubscribe()),
      attempt('DELETE', '/push/subscriptions', { body: { endpoint }, timeout: UNSUBSCRIBE_TIMEOUT_MS }),
    ])
    return ended
  } catch {
    return false
  }
}

/** Whether news arrives on this phone as pushes. Never throws, never asks. */
export async function pushState(): Promise<PushState> {
  if (!supported()) return 'not-supported'
  if (Notification.permission === 'denied') return 'denied'
  try {
    return (await current()) ? 'subscribed' : 'off'
  } catch {
    return 'off'
  }
}
