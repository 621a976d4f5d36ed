import { beforeEach, afterEach, describe, expect, test, vi } from 'vitest'
import { signedIn, signedOut } from '../../src/offline/account'
import { readDraft } from '../../src/offline/draft-record'
import { openDraft } from '../../src/offline/drafts'
import { flush, outbox, startOutbox, submit } from '../../src/offline/outbox'
import { backoff, dismissSubmission, enqueue, flushSubmissions, NotSubmittable, readSubmissions, withdrawSubmission } from '../../src/offline/submission'
import { theStore } from '../../src/offline/store'
import { newPhone, restart } from './phone'
import { asItIs, guide, hashes, photo, problem, StandIn, type Fate } from './stand-in'

let server: StandIn

/** A filled draft with one photo; the draft's id. */
async function filled(item = 'jzz'): Promise<string> {
  const draft = await openDraft(item, guide)
  await draft.set('/name', '林晓舟')
  await draft.attach('photo', photo(new Uint8Array(600 * 1024).fill(7)), asItIs)
  draft.close()
  return draft.state.id
}

const eager = { eager: true }
const posts = () => server.of('POST', '/cases')

beforeEach(async () => {
  await newPhone()
  server = new StandIn().install()
  await signedIn('account-1')
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a submission', () => {
  test('is made with no network and without signing in, and leaves after both', async () => {
    await signedOut()
    server.fate = () => 'down'
    const draft = await filled()
    const id = await enqueue(draft)
    expect(await flushSubmissions(eager)).toMatchObject({ waiting: 1, needsSignIn: true })
    expect(server.calls).toEqual([])
    server.fate = () => 'fine'
    await signedIn('account-1')
    expect(await flushSubmissions(eager)).toMatchObject({ sent: 1, waiting: 0 })
    expect((await readSubmissions())[0]).toMatchObject({ id, state: 'sent', receipt: { case: { query_code: '7K3MQ2XH' } } })
  })

  test('goes after its files and its draft, in pieces a weak signal can carry', async () => {
    const draft = await filled()
    await enqueue(draft)
    await flushSubmissions(eager)
    const order = server.calls.map((call) => `${call.method} ${call.path.split('/')[1]}`)
    expect(order).toEqual(['HEAD files', 'POST uploads', 'PATCH uploads', 'PATCH uploads', 'PUT drafts', 'POST cases'])
    expect(posts()[0]!.text).toBe([...server.cases.values()][0]!.body)
  })

  test('whose replies are lost, restarts between them, is one case under one key and one text', async () => {
    const draft = await filled()
    const id = await enqueue(draft)
    server.fate = (call) => (call.path === '/cases' && posts().length < 4 ? 'lose-reply' : 'fine')
    for (let tries = 0; tries < 4; tries += 1) {
      await flushSubmissions(eager)
      await restart()
    }
    expect(await flushSubmissions(eager)).toBeTypeOf('object')
    expect(server.cases.size).toBe(1)
    expect(new Set(posts().map((call) => call.headers.get('Idempotency-Key')))).toEqual(new Set([id]))
    expect(new Set(posts().map((call) => call.text)).size).toBe(1)
    expect((await readSubmissions())[0]).toMatchObject({ state: 'sent', attempts: posts().length })
  })

  test('interrupted while sending is sent again after the restart', async () => {
    const draft = await filled()
    const id = await enqueue(draft)
    const store = await theStore()
    const row = (await store.get('outbox', id))!
    await store.commit([{ store: 'outbox', put: { ...row, state: 'sending', attempts: 1 } }])
    await restart()
    expect(await flushSubmissions({ eager: false })).toMatchObject({ sent: 1 })
  })

  test('keeps the draft and its photos until the receipt is here, and drops them only then', async () => {
    const draft = await filled()
    await enqueue(draft)
    server.fate = () => 503
    await flushSubmissions(eager)
    expect((await readDraft(draft))?.values).toEqual({ name: '林晓舟' })
    expect(await (await theStore()).all('files', 'account-1')).toHaveLength(1)
    server.fate = () => 'fine'
    await flushSubmissions(eager)
    expect(await readDraft(draft)).toBeNull()
    expect(await (await theStore()).all('files', 'account-1')).toEqual([])
    await flush('start')
    expect(await readDraft(draft)).toBeNull()
  })

  test('resumes a photo where the connection broke off', async () => {
    const draft = await filled()
    await enqueue(draft)
    let patches = 0
    server.fate = (call) => (call.method === 'PATCH' && (patches += 1) === 2 ? 'down' : 'fine')
    await flushSubmissions(eager)
    await restart()
    await flushSubmissions(eager)
    expect(server.of('POST', '/uploads')).toHaveLength(1)
    expect(server.of('PATCH', /uploads/).map((call) => call.headers.get('Upload-Offset'))).toEqual(['0', String(512 * 1024)])
    expect(server.cases.size).toBe(1)
  })

  test('sends no photo that the server has already', async () => {
    const draft = await filled()
    for (const sha256 of hashes((await readDraft(draft))!.files)) server.files.add(sha256)
    await enqueue(draft)
    await flushSubmissions(eager)
    expect(server.of('POST', '/uploads')).toEqual([])
    expect(server.cases.size).toBe(1)
  })

  test('refused because of a photo says so and can be submitted anew', async () => {
    const draft = await filled()
    await enqueue(draft)
    server.fate = (call) => (call.method === 'PATCH' ? problem(422, 'file-unreadable') : 'fine')
    expect(await flushSubmissions(eager)).toMatchObject({ rejected: 1 })
    expect((await readSubmissions())[0]).toMatchObject({ state: 'rejected', problem: { code: 'file-unreadable' } })
    server.fate = () => 'fine'
    await enqueue(draft)
    expect(await flushSubmissions(eager)).toMatchObject({ sent: 1 })
    expect(await readSubmissions()).toHaveLength(1)
  })

  test.each(['missing', 'submitted', 'conflict'] as const)('of a draft that is %s is refused', async (reason) => {
    const draft = reason === 'missing' ? 'unknown' : await filled()
    if (reason === 'submitted') await enqueue(draft)
    if (reason === 'conflict') {
      const handle = await openDraft('jzz', guide, draft)
      await handle.sync()
      server.drafts.set(draft, { ...server.drafts.get(draft)!, revision: 5, values: { name: '王' } })
      await handle.set('/name', '李')
      await handle.sync()
      handle.close()
    }
    await expect(enqueue(draft)).rejects.toEqual(new NotSubmittable(reason))
  })

  test('never tried can be taken back and changed; one that may have left cannot', async () => {
    const draft = await filled()
    const id = await enqueue(draft)
    expect(await withdrawSubmission(id)).toBe(true)
    expect(await readSubmissions()).toEqual([])
    expect((await readDraft(draft))?.submission).toBeNull()
    const second = await enqueue(draft)
    server.fate = () => 'down'
    await flushSubmissions(eager)
    expect(await withdrawSubmission(second)).toBe(false)
    await dismissSubmission(second)
    expect(await readSubmissions()).toHaveLength(1)
  })

  test('of one person is never sent in the name of the next', async () => {
    await enqueue(await filled())
    server.fate = (call) => {
      if (call.method === 'PUT') void signedOut().then(() => signedIn('account-2'))
      return 'fine'
    }
    await flushSubmissions(eager)
    await vi.waitFor(async () => expect(await readSubmissions()).toEqual([]))
    await flushSubmissions(eager)
    expect(posts().filter((call) => call.headers.has('Idempotency-Key')).length).toBeLessThanOrEqual(1)
    expect(await (await theStore()).all('outbox', 'account-2')).toEqual([])
  })
})

describe('the outcome decides', () => {
  const now = () => 1_000_000
  const table: [string, Fate, string, string | null][] = [
    ['a lost connection', 'down', 'queued', null],
    ['500', 500, 'queued', null],
    ['503', 503, 'queued', null],
    ['429', 429, 'queued', null],
    ['401', problem(401, 'sign-in-required'), 'queued', null],
    ['409 identity-needed', problem(409, 'identity-needed'), 'rejected', 'identity-needed'],
    ['409 files-missing', problem(409, 'files-missing', { missing: ['a'] }), 'rejected', 'files-missing'],
    ['410', problem(410, 'guide-withdrawn'), 'rejected', 'guide-withdrawn'],
    ['412', 412, 'rejected', 'given-412'],
    ['422', problem(422, 'form-invalid', { errors: [{ path: '/name', keyword: 'minLength' }] }), 'rejected', 'form-invalid'],
    ['a page that is not ours', new Response('<html>', { status: 200, headers: { 'Content-Type': 'text/html' } }), 'queued', null],
    ['a 201 without a receipt', new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } }), 'queued', null],
  ]

  test.each(table)('%s: nothing is lost, and the state says what follows', async (name, fate, state, code) => {
    const draft = await filled()
    await enqueue(draft)
    server.fate = (call) => (call.path === '/cases' ? fate : 'fine')
    const result = await flushSubmissions({ eager: true, now, random: () => 1 })
    const submission = (await readSubmissions())[0]!
    expect(submission).toMatchObject({ state, attempts: 1 })
    expect(submission.problem?.code ?? null).toBe(code)
    expect(result).toMatchObject({ needsSignIn: name === '401' })
    const kept = await readDraft(draft)
    expect(kept).toMatchObject({ values: { name: '林晓舟' }, discarded: false })
    expect(kept?.submission === null).toBe(state === 'rejected')
    if (state === 'queued' && name !== '401') expect(submission.nextAt).toBe(now() + 2_000)
  })

  test('after 401 the others wait as well, untried', async () => {
    await enqueue(await filled('one'))
    await enqueue(await filled('two'))
    server.signedIn = false
    await flushSubmissions(eager)
    expect((await readSubmissions()).map((submission) => submission.attempts).sort()).toEqual([0, 1])
  })

  test('before its time only an eager flush tries again', async () => {
    await enqueue(await filled())
    server.fate = () => 'down'
    await flushSubmissions(eager)
    server.fate = () => 'fine'
    expect(await flushSubmissions({ eager: false })).toMatchObject({ sent: 0, waiting: 1 })
    expect(await flushSubmissions(eager)).toMatchObject({ sent: 1 })
  })

  test('waiting doubles up to five minutes, and obeys Retry-After within that', () => {
    const waits = [1, 2, 3, 8, 9, 50].map((attempts) => backoff(attempts, null, () => 1))
    expect(waits).toEqual([2_000, 4_000, 8_000, 256_000, 300_000, 300_000])
    expect(backoff(1, 60, () => 0)).toBe(60_000)
    expect(backoff(1, null, () => 0)).toBe(1_500)
  })
})

describe('the outbox of a page', () => {
  test('runs one flush at a time', async () => {
    await enqueue(await filled())
    const results = await Promise.all([flushSubmissions(eager), flushSubmissions(eager), flushSubmissions(eager)])
    expect(results.filter((result) => result === 'busy')).toHaveLength(2)
    expect(posts()).toHaveLength(1)
  })

  test('asks Web Locks where there are any, and steps back when another tab holds the lock', async () => {
    const asked: [string, LockOptions | undefined][] = []
    const request = async (name: string, options: LockOptions | (() => unknown), work?: (lock: null) => unknown) => {
      asked.push([name, typeof options === 'function' ? undefined : options])
      return typeof options === 'function' ? options() : work!(null)
    }
    vi.stubGlobal('navigator', { locks: { request } })
    expect(await flushSubmissions(eager)).toBe('busy')
    expect(asked).toContainEqual(['zhangban-outbox', { ifAvailable: true }])
  })

  test('a submission made during a flush is sent by it', async () => {
    const [one, two] = [await filled('one'), await filled('two')]
    await submit(one)
    await submit(two)
    await flush('manual')
    expect(server.cases.size).toBe(2)
    expect(outbox.entries.map((entry) => entry.state)).toEqual(['sent', 'sent'])
  })

  test.each(['online', 'pageshow', 'visibilitychange'])('tries again on %s', async (name) => {
    vi.stubGlobal('window', new EventTarget())
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
    server.fate = () => 'down'
    await enqueue(await filled())
    const end = startOutbox()
    await vi.waitFor(() => expect(outbox.entries[0]?.attempts).toBe(1))
    await flush('timer')
    server.fate = () => 'fine'
    ;(name === 'visibilitychange' ? document : window).dispatchEvent(new Event(name))
    await vi.waitFor(() => expect(outbox.entries[0]?.state).toBe('sent'))
    end()
  })

  test('tries again by itself when the wait is over, and after signing in', async () => {
    vi.stubGlobal('window', new EventTarget())
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
    const end = startOutbox()
    await flush('manual')
    server.fate = (call) => (call.path === '/cases' && posts().length === 0 ? 503 : 'fine')
    const draft = await filled('one')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    await submit(draft)
    await flush('timer')
    expect(outbox.entries[0]).toMatchObject({ state: 'queued', attempts: 1 })
    await vi.advanceTimersByTimeAsync(3_000)
    vi.useRealTimers()
    await vi.waitFor(() => expect(outbox.entries[0]?.state).toBe('sent'))
    server.signedIn = false
    await submit(await filled('two'))
    await vi.waitFor(() => expect(outbox.needsSignIn).toBe(true))
    server.signedIn = true
    await signedIn('account-1')
    await vi.waitFor(() => expect(outbox.entries.every((entry) => entry.state === 'sent')).toBe(true))
    end()
  })
})

describe('a draft that became a case before', () => {
  test('is sent, not refused: the case is known, the draft and its photos leave the phone', async () => {
    const draft = await filled()
    const id = await enqueue(draft)
    server.fate = (call) => (call.path === '/cases' ? problem(409, 'draft-submitted', { case_id: 'case-7' }) : 'fine')
    expect(await flushSubmissions(eager)).toMatchObject({ sent: 1, rejected: 0, waiting: 0 })
    expect((await readSubmissions())[0]).toMatchObject({ id, state: 'sent', caseId: 'case-7', receipt: null, problem: null })
    expect(await readDraft(draft)).toBeNull()
    expect(await (await theStore()).all('files', 'account-1')).toEqual([])
  })

  test('of which the server does not name the case is kept, with the refusal', async () => {
    const draft = await filled()
    await enqueue(draft)
    server.fate = (call) => (call.path === '/cases' ? problem(409, 'draft-submitted') : 'fine')
    expect(await flushSubmissions(eager)).toMatchObject({ rejected: 1 })
    expect(await readDraft(draft)).not.toBeNull()
  })
})
