import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signIn, signOut } from '../src/account'
import { acting, restoreActing } from '../src/acting'
import { actAsFor, actFor, confirmActing } from '../src/actingChoice'
import { fetchBytes } from '../src/api/bytes'
import { ApiError, get, post } from '../src/api/client'
import type { Party } from '../src/api/types'
import { signedIn } from '../src/offline/account'
import { cachedGet, recall } from '../src/offline/cached'
import { readDraft } from '../src/offline/draft-record'
import { pullDrafts, syncDrafts } from '../src/offline/draft-sync'
import { applicant, discardDraft, listDrafts, openDraft } from '../src/offline/drafts'
import { enqueue, flushSubmissions, readSubmissions } from '../src/offline/submission'
import { adopt } from '../src/session'
import { newPhone, restart } from './offline/phone'
import { asItIs, guide, photo, problem, StandIn } from './offline/stand-in'

let server: StandIn
let tab: Map<string, string>

const party = (name: string, mandate: string | null, id: string, kind: Party['kind'] = 'person'): Party => ({ party_id: id, kind, name, code_masked: '', capacity: mandate ? 'guardian' : 'self', mandate_id: mandate, items: [], cases: [], ends_at: null })
const me = party('林晓舟', null, 'party-me')
const child = party('林安然', 'mandate-1', 'party-child')
const company = party('云海听涛软件有限公司', 'mandate-2', 'party-company', 'organisation')
const account = (id: string) => ({ id, name_masked: '林**', phone_masked: '139****0001', id_number_masked: null, identified: true, staff: null, level: 2 as const, session: { id: 's', kind: 'resident' as const, method: 'code' as const, shared: false, fresh_until: '2026-01-01T00:00:00Z' } })

beforeEach(async () => {
  tab = new Map()
  vi.stubGlobal('sessionStorage', { getItem: (key: string) => tab.get(key) ?? null, setItem: (key: string, value: string) => tab.set(key, value), removeItem: (key: string) => tab.delete(key) })
  await newPhone()
  server = new StandIn().install()
  for (const page of ['/cases', '/inbox', '/me/parties', '/me/applicant', '/me/records', '/mandates', '/items']) server.pages.set(page, { parties: [me, child, company], cases: [], whose: 'anyone' })
  await signedIn('account-1')
  adopt({ mode: 'test', account: account('account-1') })
})
afterEach(() => {
  actFor(null)
  acting.ended = ''
  vi.unstubAllGlobals()
})

const mandates = (method: string, path: string | RegExp) => server.of(method, path).map((call) => call.headers.get('Acting-For'))

/** The next page of this tab: what is in memory is gone, what the tab remembers is not. */
async function reloaded(): Promise<void> {
  acting.current = null
  await restart()
  await restoreActing()
}

describe('a request', () => {
  test('names the mandate that was chosen, and none before and after', async () => {
    await get('/cases')
    actFor(child)
    await get('/cases')
    await post('/cases', { draft: null, item: 'jzz', files: {} })
    actFor(null)
    await get('/cases')
    expect([mandates('GET', '/cases'), mandates('POST', '/cases')]).toEqual([[null, 'mandate-1', null], ['mandate-1']])
  })

  test('about what is one’s own, or everybody’s, names none, and asking whose the application is does', async () => {
    actFor(child)
    for (const path of ['/me/parties', '/mandates', '/inbox', '/items', '/me/applicant', '/me/records']) await get(path)
    expect(['/me/parties', '/mandates', '/inbox', '/items', '/me/applicant', '/me/records'].flatMap((path) => mandates('GET', path))).toEqual([null, null, null, null, 'mandate-1', 'mandate-1'])
  })

  test('made for somebody in particular names theirs, whatever is chosen', async () => {
    actFor(child)
    await get('/cases', { mandate: null })
    await get('/cases', { mandate: 'mandate-9' })
    expect(mandates('GET', '/cases')).toEqual([null, 'mandate-9'])
  })

  test('for a picture names it too', async () => {
    actFor(child)
    server.more = async (call) => (call.path === '/files/abc' ? new Response('picture') : null)
    expect(await (await fetchBytes('GET', '/files/abc')).blob.text()).toBe('picture')
    expect(mandates('GET', '/files/abc')).toEqual(['mandate-1'])
  })

  test('under an ended mandate makes the tab its own again and says so; what was read under it is gone, one’s own is not', async () => {
    await cachedGet('/cases')
    actFor(child)
    await cachedGet('/cases')
    server.fate = (call) => (call.headers.get('Acting-For') ? problem(403, 'mandate-invalid') : 'fine')
    await expect(get('/cases')).rejects.toThrow(ApiError)
    expect(acting).toMatchObject({ current: null, ended: '林安然' })
    expect(tab.size).toBe(0)
    await vi.waitFor(async () => expect(await recall('/cases#mandate-1')).toBe(null))
    expect(await recall('/cases')).not.toBe(null)
  })

  test('under another mandate than the chosen one does not end the chosen one', async () => {
    actFor(child)
    server.fate = (call) => (call.headers.get('Acting-For') === 'mandate-9' ? problem(403, 'mandate-invalid') : 'fine')
    await expect(get('/cases', { mandate: 'mandate-9' })).rejects.toThrow(ApiError)
    expect(acting.current?.mandate).toBe('mandate-1')
  })
})

describe('the choice', () => {
  test('outlives the page in its tab with a masked name only, and learns the full name again', async () => {
    actFor(child)
    expect([...tab.values()].join()).not.toContain('林安然')
    await reloaded()
    expect(acting.current).toMatchObject({ mandate: 'mandate-1', name: '林**' })
    await confirmActing()
    expect(acting.current?.name).toBe('林安然')
  })

  test('that no longer stands is told at the next page', async () => {
    actFor(child)
    await reloaded()
    server.pages.set('/me/parties', { parties: [me] })
    await confirmActing()
    expect(acting).toMatchObject({ current: null, ended: '林**' })
  })

  test('keeps the name of an organisation, which is public', () => {
    actFor(company)
    expect([...tab.values()].join()).toContain('云海听涛软件有限公司')
  })

  test('is nobody else’s: neither after signing out, nor for another account', async () => {
    for (const page of ['/session', '/sign-in']) server.pages.set(page, { mode: 'test', account: account('account-2') })
    actFor(child)
    await signOut()
    expect([acting.current, tab.size]).toEqual([null, 0])
    adopt({ mode: 'test', account: account('account-1') })
    actFor(child)
    await signIn('13900000002', '123456')
    expect([acting.current, tab.size]).toEqual([null, 0])
  })

  test('follows what is to be opened, and says when it cannot', async () => {
    expect(await actAsFor({ party: 'party-child' })).toBe(true)
    expect(acting.current?.mandate).toBe('mandate-1')
    expect(await actAsFor({ mandate: 'mandate-2' })).toBe(true)
    expect(acting.current?.party).toBe('party-company')
    expect(await actAsFor({ party: 'party-unknown' })).toBe(false)
    expect(await actAsFor(null)).toBe(true)
    expect(acting.current).toBe(null)
  })
})

async function draftWith(name: string): Promise<string> {
  const draft = await openDraft('jzz', guide)
  await draft.set('/name', name)
  draft.close()
  return draft.state.id
}

describe('a draft', () => {
  test('is found only while this tab acts for whom it is, also with no network', async () => {
    server.fate = () => 'down'
    const own = await draftWith('林晓舟')
    actFor(child)
    const theirs = await draftWith('林安然')
    expect(theirs).not.toBe(own)
    expect((await listDrafts()).map((draft) => draft.id)).toEqual([theirs])
    actFor(null)
    expect((await listDrafts()).map((draft) => draft.id)).toEqual([own])
    expect((await listDrafts('everyone')).map((draft) => draft.id).sort()).toEqual([own, theirs].sort())
  })

  test('goes to the server under its own mandate, whatever is chosen by then', async () => {
    const own = await draftWith('林晓舟')
    actFor(child)
    const theirs = await draftWith('林安然')
    actFor(company)
    await syncDrafts()
    expect([mandates('PUT', `/drafts/${own}`), mandates('PUT', `/drafts/${theirs}`)]).toEqual([[null], ['mandate-1']])
    await discardDraft(theirs)
    expect(mandates('DELETE', `/drafts/${theirs}`)).toEqual(['mandate-1'])
  })

  test('stays on the phone when its mandate has ended, and goes on under a new one', async () => {
    actFor(child)
    const id = await draftWith('林安然')
    server.fate = (call) => (call.headers.get('Acting-For') === 'mandate-1' ? problem(403, 'mandate-invalid') : 'fine')
    await syncDrafts()
    expect(await readDraft(id)).toMatchObject({ values: { name: '林安然' }, problem: { code: 'mandate-invalid' } })
    actFor({ ...child, mandate_id: 'mandate-7' })
    const again = await openDraft('jzz', guide)
    again.close()
    expect(again.state).toMatchObject({ id, values: { name: '林安然' }, problem: null, onBehalf: { mandate: 'mandate-7' } })
    await syncDrafts()
    expect(mandates('PUT', `/drafts/${id}`)).toEqual(['mandate-1', 'mandate-7'])
  })

  test('of a party that another device began is fetched as the party’s', async () => {
    actFor(child)
    server.drafts.set('d', { id: 'd', item: 'jzz', guide_hash: 'guide-1', form_hash: 'form-1', values: { name: '林安然' }, files: {}, step: 0, device: 'tablet', revision: 1, updated_at: '2026-11-22T02:00:00Z' })
    await pullDrafts(applicant())
    expect(mandates('GET', /^\/drafts/)).toEqual(['mandate-1', 'mandate-1'])
    expect((await listDrafts()).map((draft) => draft.id)).toEqual(['d'])
    actFor(null)
    expect(await listDrafts()).toEqual([])
  })

  test('of an earlier version of the app is one’s own', async () => {
    const id = await draftWith('林晓舟')
    const { theStore } = await import('../src/offline/store')
    const { sealJson } = await import('../src/offline/vault')
    const { onBehalf: _, ...before } = (await readDraft(id))!
    await (await theStore()).commit([{ store: 'drafts', put: { id, account: 'account-1', sealed: await sealJson('drafts', 'account-1', id, before) } }])
    expect((await listDrafts()).map((draft) => draft.onBehalf)).toEqual([null])
  })
})

describe('a submission', () => {
  test('keeps the mandate it was made under, for its files, its draft and itself, whatever is chosen later', async () => {
    server.fate = () => 'down'
    actFor(child)
    const draft = await openDraft('jzz', guide)
    await draft.set('/name', '林安然')
    await draft.attach('photo', photo('picture'), asItIs)
    draft.close()
    await enqueue(draft.state.id)
    actFor(company)
    await restart()
    server.fate = () => 'fine'
    expect(await flushSubmissions({ eager: true })).toMatchObject({ sent: 1 })
    expect(server.calls.map((call) => call.headers.get('Acting-For'))).toEqual(server.calls.map(() => 'mandate-1'))
    expect(server.of('POST', '/uploads')).toHaveLength(1)
    expect((await readSubmissions())[0]).toMatchObject({ state: 'sent', onBehalf: { party: 'party-child', name: '林安然' } })
  })

  test('of one’s own stays one’s own while this tab acts for somebody', async () => {
    const id = await draftWith('林晓舟')
    await enqueue(id)
    actFor(child)
    await flushSubmissions({ eager: true })
    expect(mandates('POST', '/cases')).toEqual([null])
  })

  test('under an ended mandate is refused with its reason, and its draft can be mended again', async () => {
    actFor(child)
    const id = await draftWith('林安然')
    await enqueue(id)
    server.fate = (call) => (call.path === '/cases' ? problem(403, 'mandate-invalid') : 'fine')
    expect(await flushSubmissions({ eager: true })).toMatchObject({ rejected: 1 })
    expect((await readSubmissions())[0]).toMatchObject({ state: 'rejected', problem: { code: 'mandate-invalid' } })
    expect(await readDraft(id)).toMatchObject({ values: { name: '林安然' }, submission: null })
  })
})
