import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signedIn, signedOut } from '../../src/offline/account'
import { theStore } from '../../src/offline/store'
import { verifyCredential } from '../../src/verify/credential'
import { credentialFor, listCertificates, type Certificate } from '../../src/wallet/credentials'
import { deviceKey } from '../../src/wallet/device'
import { showCertificate, type ShowHandle } from '../../src/wallet/present'
import { drawQr } from '../../src/wallet/qr'
import { newPhone, restart } from '../offline/phone'
import { StandIn } from '../offline/stand-in'
import { Issuer } from './issuer'

const DAY = 86_400
const now = () => Math.floor(Date.now() / 1_000)
const views = ['address', 'full'].map((key) => ({ key, name: { zh: key, en: key }, shows: [], hides: [] }))
const certificate = { id: 'c1', identifier: 'x', valid_until: '2027-11-22', views } as unknown as Certificate

let server: StandIn
let issuer: Issuer
let lifetime: number
const shown: ShowHandle[] = []
const posts = () => server.of('POST', /^\/certificates\//)

/** Adds the part of the server that binds devices and mints. */
function withCertificates(): void {
  const devices = new Map<string, Record<string, string>>()
  server.more = async (call) => {
    const [, room, id] = call.path.split('/')
    if (room === 'devices') {
      devices.set(id!, (JSON.parse(call.text) as { key: Record<string, string> }).key)
      return Response.json({ id })
    }
    if (room !== 'certificates' || call.method !== 'POST') return null
    const { device_id, view } = JSON.parse(call.text) as { device_id: string; view: string }
    const ends = now() + lifetime
    const text = await issuer.credential([[0, 'residence'], [1, view], [2, '林晓舟']], { issued: now(), ends }, devices.get(device_id))
    return Response.json({ text, view, expires_at: new Date(ends * 1_000).toISOString() })
  }
}

function show(view = 'address'): ShowHandle {
  const handle = showCertificate('c1', view)
  shown.push(handle)
  return handle
}

beforeEach(async () => {
  await newPhone()
  server = new StandIn().install()
  issuer = await Issuer.make()
  lifetime = 30 * DAY
  withCertificates()
  server.pages.set('/certificates', { certificates: [certificate] })
  await signedIn('account-1')
})
afterEach(() => {
  for (const handle of shown.splice(0)) handle.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the device key', () => {
  test('stays the same through restarts, and cannot be taken out', async () => {
    const first = await deviceKey()
    await restart()
    const again = await deviceKey()
    expect(again.id).toBe(first.id)
    expect(await crypto.subtle.exportKey('jwk', again.pair.publicKey)).toEqual(await crypto.subtle.exportKey('jwk', first.pair.publicKey))
    await expect(crypto.subtle.exportKey('jwk', again.pair.privateKey)).rejects.toThrow()
  })

  test('is made once, however many ask at the same time, and is another for another account', async () => {
    const ids = (await Promise.all([deviceKey(), deviceKey(), deviceKey()])).map((device) => device.id)
    expect(new Set(ids).size).toBe(1)
    await signedOut()
    await signedIn('account-2')
    expect((await deviceKey()).id).not.toBe(ids[0])
  })
})

describe('a shown certificate', () => {
  test('is live to a verifier that has never met this phone', async () => {
    const { state } = show()
    await vi.waitFor(() => expect(state.state).toBe('live'))
    expect(state.text).toMatch(/^ZP1:/)
    const outcome = await verifyCredential(state.text, issuer.trust, now())
    expect(outcome).toMatchObject({ verdict: 'live', claims: { '-65537': { 1: 'address', 2: '林晓舟' } } })
    expect(state.secondsLeft).toBeGreaterThan(28)
  })

  test('is a copy to a verifier that sees a screenshot later', async () => {
    const { state } = show()
    await vi.waitFor(() => expect(state.state).toBe('live'))
    expect((await verifyCredential(state.text, issuer.trust, now() + 92)).verdict).toBe('genuine-copy')
  })

  test('is signed anew after 30 seconds, in a symbol of the same size', async () => {
    // Signing is awaited by joining it: `vi.waitFor` would move the clock with every look.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: now() * 1_000 })
    const { state, renew } = show()
    await renew()
    const before = { ...state }
    vi.advanceTimersByTime(12_000)
    expect(state).toMatchObject({ text: before.text, secondsLeft: 18 })
    vi.advanceTimersByTime(18_000)
    await renew()
    expect(state.text).not.toBe(before.text)
    expect(state).toMatchObject({ size: before.size, secondsLeft: 30 })
    expect((await verifyCredential(state.text, issuer.trust, now())).verdict).toBe('live')
  })

  test('works with no network once the list was opened, for every view', async () => {
    await listCertificates()
    await vi.waitFor(async () => expect((await (await theStore()).all('cached', 'account-1')).length).toBe(3))
    server.fate = () => 'down'
    await restart()
    const { state } = show('full')
    await vi.waitFor(() => expect(state.state).toBe('live'))
    expect((await listCertificates()).value).toEqual([certificate])
  })

  test('never fetched says so with no network, and comes alive when it returns', async () => {
    server.fate = () => 'down'
    const handle = show()
    await vi.waitFor(() => expect(handle.state.state).toBe('not-here'))
    expect(handle.state.text).toBe('')
    server.fate = () => 'fine'
    await handle.renew()
    expect(handle.state.state).toBe('live')
  })

  test('whose credential has ended with no network to renew it is not shown', async () => {
    lifetime = 60
    await credentialFor('c1', 'address')
    server.fate = () => 'down'
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + 61_000)
    const { state } = show()
    await vi.waitFor(() => expect(state.state).toBe('expired'))
    expect(state).toMatchObject({ text: '', path: '' })
  })

  test('that the server refuses says so', async () => {
    server.fate = (call) => (call.path.startsWith('/certificates/') ? 403 : 'fine')
    const { state } = show()
    await vi.waitFor(() => expect(state.state).toBe('refused'))
  })
})

describe('credentials', () => {
  test('are fetched once and renewed quietly near their end', async () => {
    const first = await credentialFor('c1', 'address')
    expect(await credentialFor('c1', 'address')).toMatchObject({ value: first.value, fresh: false })
    expect(posts()).toHaveLength(1)
    const near = Date.now() + 25 * DAY * 1_000
    expect((await credentialFor('c1', 'address', near)).value).toEqual(first.value)
    await vi.waitFor(() => expect(posts()).toHaveLength(2))
    await vi.waitFor(async () => expect((await credentialFor('c1', 'address')).value.text).not.toBe(first.value.text))
  })

  test('are asked for one after the other, each once, however many screens want them', async () => {
    let open = 0
    let most = 0
    const mint = server.more
    server.more = async (call) => {
      most = Math.max(most, (open += 1))
      await new Promise((resolve) => setTimeout(resolve, 5))
      return mint(call).finally(() => (open -= 1))
    }
    await listCertificates()
    const got = await Promise.all([credentialFor('c1', 'full'), credentialFor('c1', 'address'), credentialFor('c1', 'address')])
    expect(new Set(got.map(({ value }) => value.text)).size).toBe(2)
    expect(posts()).toHaveLength(2)
    expect(most).toBe(1)
  })

  test('are gone from this phone after signing out', async () => {
    await credentialFor('c1', 'address')
    await signedOut()
    expect(await (await theStore()).all('cached', 'account-1')).toEqual([])
  })

  test('cannot be read in the database', async () => {
    const { value } = await credentialFor('c1', 'address')
    const rows = await (await theStore()).all('cached', 'account-1')
    expect(rows).toHaveLength(1)
    expect(Buffer.from(rows[0]!.sealed.data).toString('latin1')).not.toContain(value.text.slice(0, 40))
  })
})

describe('the symbol', () => {
  test('is drawn as runs inside a quiet zone of four modules', () => {
    const { path, size } = drawQr('ZP1:HELLO')
    expect(size).toBe(21 + 8)
    expect(path.startsWith('M4 4h7v1H4z')).toBe(true)
    expect(path).toMatch(/^(M\d+ \d+h\d+v1H\d+z)+$/)
  })

  test('uses alphanumeric mode: 600 characters fit version 15, level M', () => {
    expect(drawQr('A'.repeat(600)).size).toBe(77 + 8)
    expect(() => drawQr('lower case')).toThrow()
  })
})
