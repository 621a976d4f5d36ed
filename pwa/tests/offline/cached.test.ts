import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { currentAccount, signedIn, signedOut, wipeAccount } from '../../src/offline/account'
import { cachedGet, keep, NeverRead, ReadRefused } from '../../src/offline/cached'
import { connection } from '../../src/offline/connection'
import { theStore } from '../../src/offline/store'
import { openJson, Unreadable } from '../../src/offline/vault'
import { newPhone, restart } from './phone'
import { StandIn } from './stand-in'

let server: StandIn

beforeEach(async () => {
  await newPhone()
  server = new StandIn().install()
  await signedIn('account-1')
  server.pages.set('/cases', { cases: [{ id: '1' }], next: null })
  server.pages.set('/items', { items: [] })
})
afterEach(() => vi.unstubAllGlobals())

test('what was read once is there with its time when the server is away, after a restart too', async () => {
  const first = await cachedGet('/cases')
  expect(first.fresh).toBe(true)
  server.fate = () => 'down'
  await restart()
  expect(await cachedGet('/cases')).toEqual({ value: first.value, at: first.at, fresh: false })
  expect(connection).toMatchObject({ reachable: false })
})

test('a 500 gives the earlier copy; a read never made before says so', async () => {
  await cachedGet('/cases')
  server.fate = () => 500
  expect(await cachedGet('/cases')).toMatchObject({ fresh: false })
  server.fate = () => 'down'
  await expect(cachedGet('/inbox')).rejects.toThrow(NeverRead)
})

test('what the server refuses is not shown from the copy, and the copy goes', async () => {
  await cachedGet('/cases')
  server.fate = () => 404
  await expect(cachedGet('/cases')).rejects.toThrow(ReadRefused)
  server.fate = () => 'down'
  await expect(cachedGet('/cases')).rejects.toThrow(NeverRead)
})

test('signing out wipes what the account has read and keeps what everybody may read', async () => {
  await cachedGet('/cases')
  await cachedGet('/items')
  await signedOut()
  server.fate = () => 'down'
  await expect(cachedGet('/cases')).rejects.toThrow(NeverRead)
  expect(await cachedGet('/items')).toMatchObject({ value: { items: [] }, fresh: false })
  await signedIn('account-1')
  await expect(cachedGet('/cases')).rejects.toThrow(NeverRead)
})

test('a reply that comes after signing out is kept for nobody', async () => {
  const reading = cachedGet('/cases')
  await signedOut()
  await reading
  server.fate = () => 'down'
  await expect(cachedGet('/cases')).rejects.toThrow(NeverRead)
})

test('a refused session is remembered until it is settled', async () => {
  server.signedIn = false
  await expect(cachedGet('/cases')).rejects.toMatchObject({ status: 401 })
  expect(connection).toMatchObject({ reachable: true, needsSignIn: true })
})

test('what is looked up while its account is wiped brings no key of it back', async () => {
  await cachedGet('/cases')
  const store = await theStore()
  const [row] = await store.all('cached', 'account-1')
  await wipeAccount('account-1')
  await expect(openJson('cached', 'account-1', row!.path, row!.sealed)).rejects.toThrow(Unreadable)
  expect(await store.get('keys', 'data:account-1')).toBeUndefined()
})

test('a reply that comes while its account is wiped is not kept', async () => {
  const account = await currentAccount()
  await Promise.all([wipeAccount(account), keep(account, '/cases', { cases: [] }, 1)])
  const store = await theStore()
  expect(await store.all('cached', account)).toEqual([])
  expect(await store.get('keys', `data:${account}`)).toBeUndefined()
})
