import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedIn, signedOut } from '../../src/offline/account'
import { cachedGet, NeverRead, ReadRefused } from '../../src/offline/cached'
import { connection } from '../../src/offline/connection'
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
