import { beforeEach, describe, expect, test, vi } from 'vitest'
import { documentFor } from '../../src/service-worker/navigation'
import { openPath, targetOf, type WindowLike } from '../../src/service-worker/notification'
import { NEUTRAL, readPayload, type WorkerMessage } from '../../src/service-worker/payload'
import { renewSubscription, showPush } from '../../src/service-worker/push'
import { onSync, StillWaiting } from '../../src/service-worker/sync'
import { SYNC_TAG } from '../../src/offline/sync-tag'
import { signedIn } from '../../src/offline/account'
import { openDraft } from '../../src/offline/drafts'
import { enqueue, readSubmissions } from '../../src/offline/submission'
import { newPhone } from '../offline/phone'
import { guide, StandIn } from '../offline/stand-in'

const payload = { v: 1, kind: 'case-progress', case: '0199-a', tag: 'case-0199-a', title: '掌上办', body: '您的一个办件有新进展' }

describe('a push', () => {
  const shown: [string, NotificationOptions][] = []
  const told: WorkerMessage[] = []
  const scope = {
    registration: { showNotification: async (title: string, options: NotificationOptions) => void shown.push([title, options]) },
    clients: { matchAll: async () => [{ postMessage: (message: WorkerMessage) => void told.push(message) }] },
  }
  beforeEach(() => {
    shown.length = 0
    told.length = 0
  })

  test('shows its neutral words under the tag of its case and tells open pages', async () => {
    await showPush(scope, JSON.stringify(payload))
    expect(shown).toEqual([['掌上办', expect.objectContaining({ body: payload.body, tag: 'case-0199-a', data: { path: '/cases/0199-a' } })]])
    expect(told).toEqual([{ type: 'news', case: '0199-a' }])
  })

  test.each([null, '', 'not json', '[]', 'null', '{"v":2,"title":"x"}'])('that says %j still shows something, neutral, leading to the inbox', async (text) => {
    await showPush(scope, text)
    expect(shown).toEqual([[NEUTRAL.title, expect.objectContaining({ body: NEUTRAL.body, data: { path: '/inbox' } })]])
  })

  test('cannot lead anywhere but into the app, nor fill the screen', () => {
    const read = readPayload(JSON.stringify({ ...payload, case: '../../desk?x=', title: '字'.repeat(999), body: 7, tag: undefined }))
    expect(read).toEqual({ v: 1, kind: 'case-progress', case: null, tag: NEUTRAL.tag, title: '字'.repeat(60), body: NEUTRAL.body })
    expect(targetOf({ path: 'https://elsewhere.example/' })).toBe('/inbox')
    expect(targetOf({ path: '/cases/0199-a' })).toBe('/cases/0199-a')
    expect(targetOf(null)).toBe('/inbox')
  })
})

describe('a press on a notification', () => {
  const origin = 'https://city.example'
  const pages = (...urls: string[]) => {
    const done: string[] = []
    const windows = urls.map(
      (url): WindowLike => ({
        url,
        focus: async () => void done.push(`focus ${url}`),
        navigate: async (to) => {
          if (url.includes('uncontrolled')) throw new TypeError('not controlled')
          done.push(`navigate ${to}`)
        },
      }),
    )
    const clients = { matchAll: async () => windows, openWindow: async (to: string) => void done.push(`open ${to}`) }
    return { done, clients }
  }

  test.each([
    ['a page of this case', ['/', '/cases/7'], 'focused', ['focus https://city.example/cases/7']],
    ['another page of the app', ['/me'], 'navigated', ['focus https://city.example/me', 'navigate /cases/7']],
    ['only the desk and the verifier', ['/desk/queue', '/verify'], 'opened', ['open /cases/7']],
    ['no page', [], 'opened', ['open /cases/7']],
  ] as const)('with %s open: %s', async (_name, paths, outcome, done) => {
    const world = pages(...paths.map((path) => origin + path))
    expect(await openPath(world.clients, '/cases/7', origin)).toBe(outcome)
    expect(world.done).toEqual(done)
  })

  test('opens a window when the only page cannot be led, and passes over other origins', async () => {
    const world = pages(`${origin}/uncontrolled`, 'https://elsewhere.example/cases/7')
    expect(await openPath(world.clients, '/cases/7', origin)).toBe('opened')
    expect(world.done.at(-1)).toBe('open /cases/7')
  })
})

test.each([
  ['/', '/index.html'],
  ['/cases/0199-a', '/index.html'],
  ['/s', '/index.html'],
  ['/desk', '/desk.html'],
  ['/desk/cases/1', '/desk.html'],
  ['/deskless', '/index.html'],
  ['/verify', '/verify.html'],
  ['/api/v1/items', null],
  ['/health/ready', null],
  ['/schema', null],
  ['/status', null],
  ['/shell/wechat', null],
  ['/_components', null],
  ['/icons/mark.svg', null],
])('a navigation to %s is answered with %s', (path, document) => {
  expect(documentFor(path)).toBe(document)
})

describe('background sync', () => {
  let server: StandIn
  beforeEach(async () => {
    await newPhone()
    server = new StandIn().install()
    await signedIn('account-1')
    const draft = await openDraft('jzz', guide)
    await draft.set('/name', '林')
    draft.close()
    await enqueue(draft.state.id)
  })

  test('sends the outbox from the worker alone', async () => {
    await onSync(SYNC_TAG)
    expect((await readSubmissions())[0]?.state).toBe('sent')
  })

  test('asks to be woken again while the server is away, and not when a person has to sign in', async () => {
    server.fate = () => 'down'
    await expect(onSync(SYNC_TAG)).rejects.toThrow(StillWaiting)
    server.fate = () => 'fine'
    server.signedIn = false
    await onSync(SYNC_TAG)
    expect((await readSubmissions())[0]?.state).toBe('queued')
  })

  test('leaves other tags alone', async () => {
    await onSync('something-else')
    expect(server.calls).toEqual([])
  })
})

test('an ended subscription is renewed under the same key and told to the server', async () => {
  const key = new Uint8Array([1, 2]).buffer
  const subscribe = vi.fn(async () => ({ toJSON: () => ({ endpoint: 'https://push.example/2', keys: { p256dh: 'a', auth: 'b' } }) }) as unknown as PushSubscription)
  const fetcher = vi.fn(async () => new Response(null, { status: 204 }))
  const scope = { registration: { pushManager: { subscribe } }, navigator: { language: 'en-GB' } }
  expect(await renewSubscription(scope, { options: { applicationServerKey: key } } as unknown as PushSubscription, fetcher)).toBe(true)
  expect(subscribe).toHaveBeenCalledWith({ userVisibleOnly: true, applicationServerKey: key })
  const [url, init] = fetcher.mock.calls[0] as unknown as [string, RequestInit]
  expect(url).toBe('/api/v1/push/subscriptions')
  expect(JSON.parse(String(init.body))).toEqual({ endpoint: 'https://push.example/2', keys: { p256dh: 'a', auth: 'b' }, language: 'en' })
  expect(await renewSubscription(scope, null, fetcher)).toBe(false)
})
