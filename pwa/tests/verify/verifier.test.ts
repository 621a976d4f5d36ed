import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { verify as english } from '../../src/messages/en/verify'
import { verify as chinese } from '../../src/messages/zh/verify'
import { verifyCredential, type Outcome, type Verdict } from '../../src/verify/credential'
import { cameraFailureOf, ScannerMissing } from '../../src/verify/scanner'
import { endOf, shownFields } from '../../src/verify/shown-fields'
import { currentTrust, keptTrust, type Trust } from '../../src/verify/trust-store'
import { LOOKS, wordOf } from '../../src/verify/verdicts'
import { signedIn, signedOut } from '../../src/offline/account'
import { newPhone, restart } from '../offline/phone'
import { StandIn } from '../offline/stand-in'
import { Issuer } from '../wallet/issuer'

const NOW = 1_795_000_000
const verdicts = Object.keys(LOOKS) as Verdict[]
const label = (zh: string) => ({ zh, en: zh })
const types = [
  {
    key: 'residence-permit',
    name: label('居住证'),
    views: [{ key: 'address', name: label('证明住址'), fields: [{ key: 12, label: label('居住地址') }, { key: 2, label: label('姓名') }, { key: 9, label: label('有效至') }] }],
  },
]

let issuer: Issuer
let server: StandIn

async function reply(issued = NOW - 100, from = issuer) {
  return { ...(await from.trustReply({ issued, ends: NOW + 86_400 })), types }
}

beforeEach(async () => {
  await newPhone()
  issuer = await Issuer.make()
  server = new StandIn().install()
  server.signedIn = true
})
afterEach(() => vi.unstubAllGlobals())

describe('every verdict', () => {
  test.each(verdicts)('%s has its word, its meaning and one instruction in both languages', (verdict) => {
    for (const part of ['word', 'meaning', 'instruction'] as const) {
      expect(chinese[wordOf(verdict, part) as keyof typeof chinese]).toBeTruthy()
      expect(english[wordOf(verdict, part) as keyof typeof english]).toBeTruthy()
    }
  })

  test('has a shape of its own: nothing rests on colour', () => {
    expect(verdicts).toHaveLength(11)
    expect(new Set(verdicts.map((verdict) => LOOKS[verdict].shape)).size).toBe(verdicts.length)
  })
})

describe('what is shown', () => {
  const fields: [number, string][] = [[0, 'residence-permit'], [1, 'address'], [2, '林晓舟'], [9, '2027-11-22'], [12, '临江区']]
  let trust: Trust
  let genuine: Outcome

  beforeEach(async () => {
    server.pages.set('/trust', await reply())
    trust = (await currentTrust(NOW * 1_000)).trust!
    genuine = await verifyCredential(await issuer.credential(fields, { issued: NOW - 10, ends: NOW + 60 }), trust.list.keys, NOW)
  })

  test('of a genuine paper is everything in its view, the name first, labelled by its type', () => {
    expect(genuine.verdict).toBe('genuine-copy')
    const shown = shownFields(genuine, trust)
    expect(shown.map((field) => field.value)).toEqual(['林晓舟', label('居住证'), '临江区', '2027-11-22'])
    expect(shown.map((field) => field.label)).toEqual([{ text: label('姓名') }, { key: 'verify.field.0' }, { text: label('居住地址') }, { text: label('有效至') }])
    expect(shown.at(-1)?.day).toBe(true)
    expect(endOf(genuine)).toBe(NOW + 60)
  })

  test.each(['revoked', 'suspended', 'expired', 'not-yet-valid', 'clock-doubtful'] as const)('of a %s one names nobody, only what it is and who issued it', (verdict) => {
    const shown = shownFields({ ...genuine, verdict }, trust)
    expect(shown.map((field) => field.value)).toEqual([label('居住证'), '云海市公安局'])
  })

  test.each(['forged', 'untrusted', 'unreadable'] as const)('of a %s one is nothing, whatever it claims', (verdict) => {
    expect(shownFields({ ...genuine, verdict }, trust)).toEqual([])
  })

  test('of a type this phone has no words for is still labelled, and later fields are shown by their number', async () => {
    const text = await issuer.credential([[0, 'unheard-of'], [2, '林'], [13, '一'], [40, '二']], { issued: NOW - 10, ends: NOW + 60 })
    const shown = shownFields(await verifyCredential(text, trust.list.keys, NOW), trust)
    expect(shown.map((field) => field.label)).toEqual([{ key: 'verify.field.2' }, { key: 'verify.field.0' }, { key: 'verify.field.13' }, { plain: '40' }])
  })
})

describe('the trust list', () => {
  test('is kept with its age and used with no network, after a restart too', async () => {
    server.pages.set('/trust', await reply())
    expect(await keptTrust()).toBeNull()
    await currentTrust(NOW * 1_000)
    server.fate = () => 'down'
    await restart()
    const { trust } = await currentTrust(NOW * 1_000 + 3_600_000)
    expect(trust).toMatchObject({ at: NOW * 1_000, expired: false, types })
    expect(trust?.list.keys[0]?.issuerName).toBe('云海市公安局')
  })

  test('says when its own end has passed', async () => {
    server.pages.set('/trust', await reply())
    await currentTrust(NOW * 1_000)
    expect(await keptTrust((NOW + 86_400) * 1_000)).toMatchObject({ expired: true })
  })

  test('never goes back to an older one of the same root', async () => {
    server.pages.set('/trust', await reply(NOW - 100))
    await currentTrust(NOW * 1_000)
    server.pages.set('/trust', await reply(NOW - 5_000))
    expect((await currentTrust(NOW * 1_000)).trust?.list.issuedAt).toBe(NOW - 100)
    expect((await keptTrust(NOW * 1_000))?.list.issuedAt).toBe(NOW - 100)
  })

  test('that its root has not signed is not believed, and the kept one stays', async () => {
    const good = await reply()
    server.pages.set('/trust', good)
    await currentTrust(NOW * 1_000)
    const other = await reply(NOW, await Issuer.make())
    server.pages.set('/trust', { ...other, root: good.root, root_kid: good.root_kid })
    expect((await currentTrust(NOW * 1_000)).trust?.list.issuedAt).toBe(NOW - 100)
    server.pages.set('/trust', { list: '!', root: {}, root_kid: '' })
    expect((await currentTrust(NOW * 1_000)).trust?.list.issuedAt).toBe(NOW - 100)
  })
})

describe('the root', () => {
  let next: Issuer
  const at = NOW * 1_000

  beforeEach(async () => {
    next = await Issuer.make()
    server.pages.set('/trust', await reply())
    await currentTrust(at)
    server.pages.set('/trust', await reply(NOW - 50, next))
  })

  const verdictOf = async (from: Issuer, trust: Trust | null) => {
    const text = await from.credential([[0, 'residence-permit'], [2, '林']], { issued: NOW - 10, ends: NOW + 60 })
    return (await verifyCredential(text, trust?.list.keys ?? [], NOW)).verdict
  }

  test('that comes first is pinned: another is offered, not believed, and the old list goes on', async () => {
    for (let looks = 0; looks < 2; looks += 1) {
      const { trust, offered } = await currentTrust(at)
      expect(offered?.fingerprint).toMatch(/^[0-9a-f]{32}$/)
      expect(await verdictOf(issuer, trust)).toBe('genuine-copy')
      expect(await verdictOf(next, trust)).toBe('untrusted')
      await restart()
    }
    expect(await verdictOf(issuer, await keptTrust(at))).toBe('genuine-copy')
  })

  test('that a person accepts takes the place for good, with its list', async () => {
    const { offered } = await currentTrust(at)
    expect(await verdictOf(next, await offered!.accept())).toBe('genuine-copy')
    await restart()
    const after = await currentTrust(at)
    expect(after.offered).toBeNull()
    expect(await verdictOf(next, after.trust)).toBe('genuine-copy')
    expect(await verdictOf(issuer, await keptTrust(at))).toBe('untrusted')
  })

  test('is not offered at all when it has not signed the list that came with it', async () => {
    const other = await reply(NOW - 50, next)
    server.pages.set('/trust', { ...other, root: (await reply(NOW, await Issuer.make())).root })
    const { trust, offered } = await currentTrust(at)
    expect(offered).toBeNull()
    expect(await verdictOf(issuer, trust)).toBe('genuine-copy')
  })

  test('under the name of the pinned one is another all the same', async () => {
    const before = await reply()
    server.pages.set('/trust', { ...(await reply(NOW - 50, next)), root_kid: before.root_kid })
    expect((await currentTrust(at)).offered).not.toBeNull()
  })

  test('stays pinned when accounts come and go', async () => {
    await signedIn('account-1')
    await signedOut()
    expect((await currentTrust(at)).offered).not.toBeNull()
  })
})

test.each([
  [{ name: 'NotAllowedError' }, 'denied'],
  [{ name: 'NotFoundError' }, 'no-camera'],
  [{ name: 'NotReadableError' }, 'busy'],
  [new TypeError('no camera interface'), 'not-supported'],
  [new ScannerMissing('x'), 'no-scanner'],
])('a camera that fails with %o is called %s', (error, failure) => {
  expect(cameraFailureOf(error)).toBe(failure)
})
