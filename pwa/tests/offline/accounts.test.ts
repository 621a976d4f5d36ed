import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signIn, signOut } from '../../src/account'
import { cachedGet, recall } from '../../src/offline/cached'
import { listDrafts, openDraft } from '../../src/offline/drafts'
import { enqueue, readSubmissions } from '../../src/offline/submission'
import { theStore } from '../../src/offline/store'
import { adopt, session } from '../../src/session'
import { newPhone, restart } from './phone'
import { asItIs, guide, photo, StandIn } from './stand-in'

let server: StandIn
let order: string[]

const account = (id: string) => ({ id, name_masked: null, phone_masked: '139****0001', id_number_masked: null, identified: false, staff: null, level: 1, session: { id: 's', kind: 'resident', method: 'code', shared: false, fresh_until: '2026-01-01T00:00:00Z' } })

async function enter(id: string): Promise<void> {
  server.pages.set('/sign-in', { mode: 'test', account: account(id) })
  await signIn('13900000001', '123456')
}

/** A browser whose push subscription ends when asked to. */
function withPush(unsubscribe: () => Promise<boolean>): void {
  const subscription = { endpoint: 'https://push.example/1', unsubscribe }
  const registration = { pushManager: { getSubscription: async () => subscription } }
  vi.stubGlobal('navigator', { serviceWorker: { ready: Promise.resolve(registration), getRegistration: async () => registration } })
  vi.stubGlobal('PushManager', class {})
  vi.stubGlobal('Notification', { permission: 'granted' })
}

beforeEach(async () => {
  await newPhone()
  order = []
  server = new StandIn().install()
  for (const page of ['/session', '/push/subscriptions']) server.pages.set(page, {})
  for (const page of ['/cases', '/inbox', '/certificates']) server.pages.set(page, { cases: [], messages: [], certificates: [], whose: 'account-1' })
})
afterEach(() => vi.unstubAllGlobals())

/** What the first person leaves on the phone: a draft with a photo, a waiting submission, and everything read. */
async function work(): Promise<void> {
  const draft = await openDraft('jzz', guide)
  await draft.set('/name', '林晓舟')
  await draft.attach('photo', photo('picture'), asItIs)
  draft.close()
  const second = await openDraft('other', guide)
  await second.set('/name', '林晓舟')
  second.close()
  await enqueue(second.state.id)
  for (const path of ['/cases', '/inbox', '/certificates']) await cachedGet(path)
}

async function seen() {
  const again = await openDraft('jzz', guide)
  again.close()
  const readings = await Promise.all(['/cases', '/inbox', '/certificates'].map((path) => recall(path)))
  return { drafts: (await listDrafts()).length, submissions: (await readSubmissions()).length, values: again.state.values, readings }
}
const nothing = { drafts: 0, submissions: 0, values: {}, readings: [null, null, null] }

describe('another account on the same phone', () => {
  test.each(['signed out', 'session ran out'])('sees nothing of the first, which %s, and the first finds its work again', async (how) => {
    await enter('account-1')
    await work()
    if (how === 'signed out') {
      await signOut()
      expect(session.account).toBeNull()
      expect(await seen()).toEqual(nothing)
    }
    await restart()
    await enter('account-2')
    expect(await seen()).toEqual(nothing)
    expect(await (await theStore()).all('cached', 'account-1')).toEqual([])
    await signOut()
    await enter('account-1')
    expect(await seen()).toEqual({ drafts: 2, submissions: 1, values: { name: '林晓舟' }, readings: [null, null, null] })
  })

  test('gets no news of one whose session only ran out', async () => {
    const unsubscribe = vi.fn(async () => true)
    await enter('account-1')
    withPush(unsubscribe)
    await enter('account-1')
    expect(unsubscribe).not.toHaveBeenCalled()
    await enter('account-2')
    expect(unsubscribe).toHaveBeenCalledOnce()
  })
})

describe('signing out', () => {
  test('ends the news on this phone while the server still knows who asks', async () => {
    await enter('account-1')
    withPush(async () => order.push('browser') > 0)
    server.fate = (call) => {
      if (call.method === 'DELETE') order.push(call.path)
      return 'fine'
    }
    await signOut()
    expect(order.sort()).toEqual(['/push/subscriptions', '/session', 'browser'])
    expect(server.calls.at(-1)?.path).toBe('/session')
  })

  test.each([
    ['refuses', () => Promise.reject(new Error('no'))],
    ['says it is still on', async () => false],
  ])('happens all the same when the browser %s', async (_how, unsubscribe) => {
    await enter('account-1')
    withPush(unsubscribe)
    await signOut()
    expect(session.account).toBeNull()
  })

  test('that did not reach the server is not done, and says so', async () => {
    await enter('account-1')
    await work()
    server.fate = () => 'down'
    await expect(signOut()).rejects.toMatchObject({ failure: 'unreachable' })
    expect(session.account?.id).toBe('account-1')
    expect((await seen()).drafts).toBe(2)
    adopt({ mode: 'test', account: null })
  })
})
