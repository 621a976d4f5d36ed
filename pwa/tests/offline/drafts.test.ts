import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signedIn, signedOut } from '../../src/offline/account'
import { readDraft } from '../../src/offline/draft-record'
import { pullDrafts, syncDrafts } from '../../src/offline/draft-sync'
import { DraftSubmitted, listDrafts, openDraft, type DraftHandle } from '../../src/offline/drafts'
import { readFile } from '../../src/offline/files'
import { BadPointer } from '../../src/offline/json-pointer'
import { theStore } from '../../src/offline/store'
import { enqueue } from '../../src/offline/submission'
import { newPhone, restart } from './phone'
import { asItIs, guide, photo, problem, StandIn } from './stand-in'

let server: StandIn
const opened: DraftHandle[] = []

async function open(item = 'jzz', id?: string): Promise<DraftHandle> {
  const handle = await openDraft(item, guide, id)
  opened.push(handle)
  return handle
}

beforeEach(async () => {
  await newPhone()
  server = new StandIn().install()
})
afterEach(() => {
  for (const handle of opened.splice(0)) handle.close()
  vi.unstubAllGlobals()
})

describe('a draft on this phone', () => {
  test('every keystroke survives the page being killed right after it was called saved', async () => {
    const draft = await open()
    const text = '临江区文昌街道 3 栋 502 室'
    for (let end = 1; end <= text.length; end += 1) {
      expect(await draft.set('/address', text.slice(0, end))).toBe(true)
      expect((await readDraft(draft.state.id))?.values).toEqual({ address: text.slice(0, end) })
    }
    await restart()
    const again = await open()
    expect(again.state.id).toBe(draft.state.id)
    expect(again.state.values).toEqual({ address: text })
  })

  test('a keystroke is stored within 300 milliseconds, even of a long form', async () => {
    const draft = await open()
    for (let field = 0; field < 100; field += 1) void draft.set(`/field${field}`, '字'.repeat(200))
    await draft.settled()
    const start = performance.now()
    await draft.set('/address', '3')
    expect(performance.now() - start).toBeLessThan(300)
  })

  test('an answer given while an earlier one is being stored never goes from the page', async () => {
    const draft = await open()
    const moment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    for (let later = 0; later < 40; later += 1) {
      void draft.set('/first', later)
      for (let passed = 0; passed < later; passed += 1) await moment()
      void draft.set('/second', later)
      for (let passed = 0; passed < 40; passed += 1) {
        await moment()
        expect(draft.state.values).toEqual({ first: later, second: later })
      }
      await draft.settled()
    }
  })

  test('fast typing loses nothing, and the last letter wins', async () => {
    const draft = await open()
    const writes = Array.from({ length: 50 }, (_, index) => draft.set(index % 2 ? '/odd' : '/even', index))
    await Promise.all(writes)
    expect((await readDraft(draft.state.id))?.values).toEqual({ odd: 49, even: 48 })
  })

  test('two pages that fill the same draft keep both their fields and see each other', async () => {
    const one = await open()
    await one.set('/name', '林')
    const two = await open()
    await Promise.all([one.set('/street', 'A'), two.set('/phone', '1')])
    await vi.waitFor(() => expect(one.state.values).toEqual({ name: '林', street: 'A', phone: '1' }))
    expect(two.state.values).toEqual({ name: '林', street: 'A', phone: '1' })
  })

  test('nothing is stored before the first change', async () => {
    await open()
    expect(await listDrafts()).toEqual([])
  })

  test('what lies in the database shows neither values nor photos', async () => {
    const draft = await open()
    await draft.set('/name', 'Lin Xiaozhou')
    await draft.attach('photo', photo('secret picture'), asItIs)
    const store = await theStore()
    const rows = [...(await store.all('drafts', 'anonymous')), ...(await store.all('files', 'anonymous'))]
    const bytes = rows.map((row) => Buffer.from(row.sealed.data).toString('latin1')).join()
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows) + bytes).not.toMatch(/Lin Xiaozhou|secret picture/)
  })

  test('a photo is found again after a restart, under its hash, until it is taken out', async () => {
    const draft = await open()
    const entry = await draft.attach('photo', photo('pixels', '证件照.png'), asItIs)
    expect(entry).toMatchObject({ name: '证件照.jpg', size: 6, media_type: 'image/jpeg' })
    await restart()
    const again = await open()
    expect(again.state.files).toEqual({ photo: [entry] })
    expect(await (await readFile(draft.state.id, entry))?.text()).toBe('pixels')
    await again.detach('photo', entry.sha256)
    expect(again.state.files).toEqual({})
    expect(await readFile(draft.state.id, entry)).toBeNull()
  })

  test.each(['name', '/__proto__/x', '/constructor', `/${'a/'.repeat(9)}`])('the pointer %s is refused and changes nothing', async (pointer) => {
    const draft = await open()
    await expect(draft.set(pointer, 1)).rejects.toThrow(BadPointer)
    expect(await listDrafts()).toEqual([])
  })

  test('without IndexedDB it works in memory and says that it does not last', async () => {
    await restart()
    vi.stubGlobal('indexedDB', undefined)
    const draft = await open()
    await draft.set('/name', '林')
    expect(draft.state).toMatchObject({ durable: false, values: { name: '林' } })
    expect(await listDrafts()).toHaveLength(1)
  })

  test('when the browser refuses to write, it says so, and the next change writes both', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    const store = await theStore()
    const refusal = vi.spyOn(store, 'commit').mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'))
    expect(await draft.set('/street', 'A')).toBe(false)
    expect(draft.state.unsaved).toBe(true)
    refusal.mockRestore()
    expect(await draft.set('/phone', '1')).toBe(true)
    expect(draft.state.unsaved).toBe(false)
    expect((await readDraft(draft.state.id))?.values).toEqual({ name: '林', street: 'A', phone: '1' })
  })

  test('a submitted draft takes no changes', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    await enqueue(draft.state.id)
    await vi.waitFor(() => expect(draft.state.submission).not.toBeNull())
    await expect(draft.set('/name', '王')).rejects.toThrow(DraftSubmitted)
    expect((await readDraft(draft.state.id))?.values).toEqual({ name: '林' })
  })
})

describe('accounts', () => {
  test('what was written before signing in belongs to the account afterwards, under its own key', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    const entry = await draft.attach('photo', photo('pixels'), asItIs)
    await signedIn('account-1')
    const store = await theStore()
    expect(await store.all('drafts', 'anonymous')).toEqual([])
    expect(await store.all('files', 'anonymous')).toEqual([])
    await restart()
    expect((await listDrafts())[0]).toMatchObject({ id: draft.state.id, values: { name: '林' }, files: { photo: [entry] } })
    expect(await (await readFile(draft.state.id, entry))?.text()).toBe('pixels')
  })

  test('after signing out the drafts are out of sight for everybody, until the same account is back', async () => {
    await signedIn('account-1')
    const draft = await open()
    await draft.set('/name', '林')
    await signedOut()
    expect(await listDrafts()).toEqual([])
    await signedIn('account-2')
    expect(await listDrafts()).toEqual([])
    await signedOut()
    await signedIn('account-1')
    expect((await listDrafts())[0]?.values).toEqual({ name: '林' })
  })
})

describe('sync with the server', () => {
  beforeEach(() => signedIn('account-1'))

  test('nothing leaves the phone before signing in', async () => {
    await signedOut()
    const draft = await open()
    await draft.set('/name', '林')
    await draft.sync()
    expect(server.calls).toEqual([])
    expect(draft.state.sync).toBe('local')
  })

  test('a change is sent with the revision it was built on, and then called synced', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    await draft.sync()
    await vi.waitFor(() => expect(draft.state).toMatchObject({ sync: 'synced', revision: 1 }))
    await draft.set('/name', '林晓舟')
    expect(draft.state.sync).toBe('local')
    await draft.sync()
    expect(server.of('PUT', /drafts/).map((call) => call.headers.get('If-Match'))).toEqual(['"0"', '"1"'])
    expect(server.drafts.get(draft.state.id)).toMatchObject({ revision: 2, values: { name: '林晓舟' }, item: 'jzz', guide_hash: 'guide-1' })
  })

  test('a lost reply is asked for again under the same operation, after a restart too, and does no harm', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    server.fate = () => 'lose-reply'
    await draft.sync()
    await draft.set('/street', 'A')
    await restart()
    server.fate = () => 'fine'
    const again = await open()
    await again.sync()
    const bodies = server.of('PUT', /drafts/).map((call) => JSON.parse(call.text) as { operation: string })
    expect(bodies).toHaveLength(3)
    expect(bodies[1]).toEqual(bodies[0])
    expect(bodies[2]!.operation).not.toBe(bodies[0]!.operation)
    expect(server.drafts.get(draft.state.id)).toMatchObject({ revision: 2, values: { name: '林', street: 'A' } })
    await vi.waitFor(() => expect(again.state.sync).toBe('synced'))
  })

  test('when both sides have changed, both texts are kept and nothing is overwritten', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    await draft.sync()
    const theirs = { ...server.drafts.get(draft.state.id)!, revision: 2, values: { name: '王' } }
    server.drafts.set(draft.state.id, theirs)
    await draft.set('/name', '林晓舟')
    await draft.sync()
    await vi.waitFor(() => expect(draft.state).toMatchObject({ sync: 'conflict', values: { name: '林晓舟' }, theirs: { values: { name: '王' } } }))
    await draft.sync()
    expect(server.drafts.get(draft.state.id)).toEqual(theirs)
  })

  test.each([
    ['mine', '林晓舟'],
    ['theirs', '王'],
  ] as const)('a conflict resolved with %s ends with that text on both sides', async (choice, name) => {
    const draft = await open()
    await draft.set('/name', '林')
    await draft.sync()
    server.drafts.set(draft.state.id, { ...server.drafts.get(draft.state.id)!, revision: 2, values: { name: '王' } })
    await draft.set('/name', '林晓舟')
    await draft.sync()
    await draft.resolve(choice)
    await draft.sync()
    await vi.waitFor(() => expect(draft.state).toMatchObject({ sync: 'synced', values: { name }, theirs: null }))
    expect(server.drafts.get(draft.state.id)?.values).toEqual({ name })
  })

  test('a draft with no change of its own takes the newer text of another device', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    await draft.sync()
    server.drafts.set(draft.state.id, { ...server.drafts.get(draft.state.id)!, revision: 2, values: { name: '王' } })
    await pullDrafts()
    await vi.waitFor(() => expect(draft.state).toMatchObject({ sync: 'synced', revision: 2, values: { name: '王' } }))
  })

  test('a draft begun on another device appears here', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    await draft.sync()
    draft.close()
    await newPhone()
    await signedIn('account-1')
    await pullDrafts()
    expect((await listDrafts())[0]).toMatchObject({ id: draft.state.id, values: { name: '林' }, sync: 'synced', revision: 1 })
  })

  test('a draft deleted elsewhere while it is filled here is created anew', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    await draft.sync()
    server.drafts.clear()
    await draft.set('/name', '林晓舟')
    await draft.sync()
    expect(server.drafts.get(draft.state.id)).toMatchObject({ revision: 1, values: { name: '林晓舟' } })
  })

  test('401 keeps everything and is over after signing in', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    server.signedIn = false
    await draft.sync()
    expect(draft.state).toMatchObject({ sync: 'local', values: { name: '林' }, problem: null })
    server.signedIn = true
    await syncDrafts()
    expect(server.drafts.get(draft.state.id)?.values).toEqual({ name: '林' })
  })

  test('a draft the server refuses stays here and says why', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    server.fate = () => 413
    await draft.sync()
    await vi.waitFor(() => expect(draft.state).toMatchObject({ sync: 'error', problem: { status: 413, code: 'given-413' }, values: { name: '林' } }))
  })

  test('a discarded draft leaves the phone at once and the server when it is next reached', async () => {
    const draft = await open()
    await draft.set('/name', '林')
    await draft.sync()
    server.fate = () => 'down'
    await draft.discard()
    expect(await listDrafts()).toEqual([])
    server.fate = () => 'fine'
    await pullDrafts()
    expect(await listDrafts()).toEqual([])
    await syncDrafts()
    expect(server.drafts.size).toBe(0)
    expect(await readDraft(draft.state.id)).toBeNull()
  })
})

test('a draft that became a case elsewhere says so, and goes without a trace when it is let go', async () => {
  await signedIn('account-1')
  const draft = await open()
  await draft.set('/name', '林晓舟')
  await draft.sync()
  server.fate = (call) => (call.path.startsWith('/drafts/') ? problem(409, 'draft-submitted', { case_id: 'case-7' }) : 'fine')
  await draft.set('/name', '林晓')
  await draft.sync()
  await vi.waitFor(() => expect(draft.state).toMatchObject({ sync: 'error', problem: { code: 'draft-submitted', members: { case_id: 'case-7' } } }))
  await draft.discard()
  expect(await listDrafts()).toEqual([])
  expect(await (await theStore()).all('drafts', 'account-1')).toEqual([])
})
