import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { pushState, subscribePush, unsubscribePush } from '../../src/offline/push'
import { StandIn } from './stand-in'

const key = 'AQID'
let server: StandIn

interface Browser {
  permission?: NotificationPermission
  existing?: { key: number[] } | null
  subscribe?: () => Promise<unknown>
}

function subscriptionWith(bytes: number[], endpoint: string) {
  const options = { applicationServerKey: new Uint8Array(bytes).buffer }
  return { endpoint, options, unsubscribe: vi.fn(async () => true), toJSON: () => ({ endpoint, keys: { p256dh: 'p', auth: 'a' } }) }
}

function browser({ permission = 'granted', existing = null, subscribe }: Browser) {
  const old = existing && subscriptionWith(existing.key, 'https://push.example/old')
  const pushManager = { getSubscription: async () => old, subscribe: vi.fn(subscribe ?? (async () => subscriptionWith([1, 2, 3], 'https://push.example/new'))) }
  vi.stubGlobal('navigator', { serviceWorker: { ready: Promise.resolve({ pushManager }), getRegistration: async () => ({ pushManager }) } })
  vi.stubGlobal('PushManager', class {})
  vi.stubGlobal('Notification', { permission, requestPermission: async () => permission })
  return { old, pushManager }
}

beforeEach(() => {
  server = new StandIn().install()
  server.pages.set('/push/key', { key })
  server.pages.set('/push/subscriptions', {})
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('subscribing', () => {
  test('ends with the subscription at the server', async () => {
    browser({})
    expect(await subscribePush('en')).toBe('subscribed')
    const told = JSON.parse(server.of('PUT', '/push/subscriptions')[0]!.text) as unknown
    expect(told).toEqual({ endpoint: 'https://push.example/new', keys: { p256dh: 'p', auth: 'a' }, language: 'en' })
  })

  test('says denied, and asks the server nothing, when the person says no', async () => {
    browser({ permission: 'denied' })
    expect(await subscribePush('zh')).toBe('denied')
    expect(server.calls).toEqual([])
    expect(await pushState()).toBe('denied')
  })

  test.each([
    ['denied', new DOMException('no', 'NotAllowedError')],
    ['failed', new DOMException('no', 'AbortError')],
  ])('says %s when the browser throws accordingly', async (outcome, error) => {
    browser({ subscribe: () => Promise.reject(error) })
    expect(await subscribePush('zh')).toBe(outcome)
  })

  test('says timed-out when the push service never answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    browser({ subscribe: () => new Promise(() => undefined) })
    const outcome = subscribePush('zh')
    await vi.advanceTimersByTimeAsync(0)
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(5_000)
      expect(await Promise.race([outcome, 'pending'])).toBe('timed-out')
    })
  })

  test('says failed when the server does not take it', async () => {
    browser({})
    server.fate = (call) => (call.method === 'PUT' ? 500 : 'fine')
    expect(await subscribePush('zh')).toBe('failed')
  })

  test('says not-supported where there is no push', async () => {
    expect(await subscribePush('zh')).toBe('not-supported')
    expect(await pushState()).toBe('not-supported')
  })

  test('replaces a subscription under an earlier key of the server', async () => {
    const { old, pushManager } = browser({ existing: { key: [9] } })
    expect(await subscribePush('zh')).toBe('subscribed')
    expect(old?.unsubscribe).toHaveBeenCalled()
    expect(pushManager.subscribe).toHaveBeenCalledTimes(1)
  })

  test('keeps one that is good', async () => {
    const { pushManager } = browser({ existing: { key: [1, 2, 3] } })
    expect(await subscribePush('zh')).toBe('subscribed')
    expect(pushManager.subscribe).not.toHaveBeenCalled()
    expect(await pushState()).toBe('subscribed')
  })
})

test('unsubscribing ends it in the browser and tells the server', async () => {
  const { old } = browser({ existing: { key: [1, 2, 3] } })
  expect(await unsubscribePush()).toBe(true)
  expect(old?.unsubscribe).toHaveBeenCalled()
  expect(JSON.parse(server.of('DELETE', '/push/subscriptions')[0]!.text)).toEqual({ endpoint: 'https://push.example/old' })
})
