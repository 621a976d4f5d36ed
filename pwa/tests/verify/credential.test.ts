import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeBase45, encodeBase45 } from '../../src/verify/base45'
import { encodeCbor, toHex, type Writable } from '../../src/verify/cbor'
import { readCredential, verifyCredential } from '../../src/verify/credential'
import { keyFromJwk, kidOf, type PublicKey } from '../../src/verify/keys'
import { newChallenge, present, readChallenge } from '../../src/verify/presentation'
import { getStatus, openStatusList } from '../../src/verify/status-list'
import { openTrustList, type TrustedKey } from '../../src/verify/trust'

const vectors = JSON.parse(readFileSync(new URL('../../../tests/vectors/credentials.json', import.meta.url), 'utf8'))
const NOW = Date.parse(vectors.now) / 1000
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

let trust: TrustedKey[]
let root: PublicKey
let device: CryptoKey

beforeAll(async () => {
  const issuer = await keyFromJwk(vectors.keys.issuer)
  trust = [{ kid: bytes(vectors.kid.issuer), public: issuer, usage: new Set(['credential']) }]
  root = await keyFromJwk(vectors.keys.root)
  device = await crypto.subtle.importKey('jwk', vectors.keys.device, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
})

const verdict = async (text: string, now = NOW, challenge?: string) =>
  (await verifyCredential(text, trust, now, challenge === undefined ? {} : { challenge })).verdict

describe('the committed vectors', () => {
  it('give the claims of a bare credential, as a genuine copy', async () => {
    const outcome = await verifyCredential(vectors.credential.full, trust, NOW)
    expect(outcome).toMatchObject({ verdict: 'genuine-copy', stage: null, claims: { '-65537': { '2': '张小明' } } })
  })

  it('are live when they answer the challenge, whatever the clock says', async () => {
    expect(await verdict(vectors.presentation.answering, NOW + 7200, vectors.challenge.text)).toBe('live')
    expect(await verdict(vectors.presentation.answering, NOW, newChallenge('a', 'b', NOW))).toBe('genuine-copy')
  })

  it('expire on their last second', async () => {
    expect(await verdict(vectors.credential.full, NOW + 30 * 86400 - 0.5)).toBe('genuine-copy')
    expect(await verdict(vectors.credential.full, NOW + 30 * 86400)).toBe('expired')
  })

  it('open as a trust list, whose keys then verify', async () => {
    const list = await openTrustList(bytes(vectors.trust_list), [root])
    expect(list.keeper).toBe('云海市')
    expect((await verifyCredential(vectors.credential.full, list.keys, NOW)).verdict).toBe('genuine-copy')
    await expect(openTrustList(bytes(vectors.trust_list), [trust[0]!.public])).rejects.toMatchObject({ code: 'root' })
  })

  it('open as a status list for its own usage only', async () => {
    const { keys } = await openTrustList(bytes(vectors.trust_list), [root])
    const list = await openStatusList(bytes(vectors.status_list.token), keys, NOW + 90, 3600)
    expect(list.age).toBe(90)
    const values = vectors.status_list.values.map((_: number, index: number) => getStatus(list.compressed, list.bits, index))
    expect(values).toEqual(vectors.status_list.values)
    await expect(openStatusList(bytes(vectors.status_list.token), trust, NOW, 3600)).rejects.toMatchObject({ code: 'signature' })
  })

  it('read as a challenge', () => {
    expect(readChallenge(vectors.challenge.text)).toMatchObject({ verifier: '云海市图书馆', purpose: '办理借书证', time: NOW })
  })

  it('have the kid of their key', async () => {
    expect(toHex(await kidOf(root))).toBe(vectors.kid.root)
  })
})

describe('a presentation made here', () => {
  it('is live for 30 seconds and a minute of skew, then a copy', async () => {
    const shown = await present(vectors.credential.full, device, NOW)
    expect(await verdict(shown, NOW + 90)).toBe('live')
    expect(await verdict(shown, NOW + 91)).toBe('genuine-copy')
    expect(await verdict(shown, NOW - 61)).toBe('clock-doubtful')
    expect(shown.length).toBeLessThanOrEqual(970)
  })

  it('answers a challenge', async () => {
    const challenge = newChallenge('云海市图书馆', '办理借书证', NOW)
    expect(await verdict(await present(vectors.credential.full, device, NOW, challenge), NOW, challenge)).toBe('live')
  })

  it('is forged when the credential has no holder key or another one', async () => {
    expect(await verdict(await present(vectors.credential.paper, device, NOW))).toBe('forged')
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    expect(await verdict(await present(vectors.credential.full, pair.privateKey, NOW))).toBe('forged')
  })
})

describe('damage', () => {
  it('of any single bit never leaves a presentation good', async () => {
    const text: string = vectors.presentation.answering
    const data = decodeBase45(text.slice(4))
    for (let place = 0; place < data.length * 8; place++) {
      const flipped = data.slice()
      flipped[place >> 3]! ^= 1 << (place & 7)
      expect(['live', 'genuine-copy'], `bit ${place}`).not.toContain(await verdict(text.slice(0, 4) + encodeBase45(flipped)))
    }
  })

  it.each([
    ['', 'prefix'],
    ['HC1:ABC', 'prefix'],
    [`ZB1:${'A'.repeat(4293)}`, 'prefix'],
    [`ZB1:${'😀'.repeat(4292)}`, 'base45'],
    [`ZB1:${'😀'.repeat(4293)}`, 'prefix'],
    ['ZB1:A', 'base45'],
    ['ZB1:', 'cose'],
    ['ZP1:BB8', 'cose'],
  ])('of %.12s names its stage %s', async (text, stage) => {
    expect(await verifyCredential(text, trust, NOW)).toEqual({ verdict: 'unreadable', stage, claims: null })
    expect(() => readCredential(text)).toThrow()
  })
})

describe('base45', () => {
  it.each([['4142', 'BB8'], ['48656c6c6f2121', '%69 VD92EX0'], ['626173652d3435', 'UJCLQE7W581'], ['69657466 21'.replace(' ', ''), 'QED8WEX0']])(
    'writes %s as RFC 9285 does',
    (hex, text) => {
      expect(encodeBase45(bytes(hex))).toBe(text)
      expect(toHex(decodeBase45(text))).toBe(hex)
    },
  )

  it.each([['GGW', 'overflow'], ['::', 'overflow'], ['A', 'length'], ['bb8', 'alphabet'], ['BB8\n', 'alphabet']])('refuses %s', (text, code) => {
    expect(() => decodeBase45(text)).toThrow(expect.objectContaining({ code }))
  })
})

describe('a status list', () => {
  it('of more than 8 MiB is refused, and one of 8 MiB read in good time', () => {
    const largest = new Uint8Array(deflateSync(Buffer.alloc(8 * 1024 * 1024)))
    expect(getStatus(largest, 1, 8 * 8 * 1024 * 1024 - 1)).toBe(0)
    const bomb = new Uint8Array(deflateSync(Buffer.alloc(8 * 1024 * 1024 + 1)))
    expect(() => getStatus(bomb, 1, 0)).toThrow(expect.objectContaining({ code: 'size' }))
  })
})

describe('cbor', () => {
  it('is written in the order of the key bytes', () => {
    const map = new Map<number, Writable>([[1000, 3], [-1, 2], [10, 4]])
    expect(toHex(encodeCbor(map))).toBe('a30a041903e8032002')
  })
})
