// Trusted keys and the signed list that carries them: docs/formats.md, "Trust list".

import { asNumber, decodeCbor, type Bytes, type Value } from './cbor'
import { parse1, TYP as TYP_LABEL, verifiedBy } from './cose'
import { VerifyError } from './errors'
import { keyFromCose, type PublicKey } from './keys'

export const TRUST_LIST_TYP = 'application/zt+cwt'
const MAX_ENTRIES = 1000

/** A key that somebody vouches for; what is absent is not restricted. Times are POSIX seconds, until is exclusive. */
export interface TrustedKey {
  readonly kid: Bytes
  readonly public: PublicKey
  readonly usage?: ReadonlySet<string>
  readonly issuer?: string
  readonly issuerName?: string
  readonly validFrom?: number
  readonly validUntil?: number
}

/** A verified trust list; times are POSIX seconds. */
export interface TrustList {
  readonly keeper: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly keys: readonly TrustedKey[]
}

/** Says whether the key may sign for the usage (undefined: whatever it is) at `now`, in POSIX seconds. */
export function allows(key: TrustedKey, usage: string | undefined, now: number): boolean {
  return (
    (!key.usage || usage === undefined || key.usage.has(usage)) &&
    (key.validFrom === undefined || now >= key.validFrom) &&
    (key.validUntil === undefined || now < key.validUntil)
  )
}

export function sameBytes(a: Value | undefined, b: Uint8Array): boolean {
  return a instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i])
}

const fail = (code: string, message: string): never => {
  throw new VerifyError(code, message)
}

/**
 * Returns the list when one of the root keys signed it. No clock: the caller judges its age. Keys of kinds unknown here
 * are left out. Rejects with the codes of `parse1`, `typ`, `root` or `claims`.
 */
export async function openTrustList(data: Bytes, roots: readonly PublicKey[]): Promise<TrustList> {
  const message = parse1(data, true)
  if (message.unprotected.size || message.protected.get(TYP_LABEL) !== TRUST_LIST_TYP) fail('typ', 'not a trust list')
  const signed = await Promise.all(roots.map((root) => verifiedBy(message, root)))
  if (!signed.includes(true)) fail('root', 'not signed by a root key')
  const claims = decodeCbor(message.payload)
  if (!(claims instanceof Map)) return fail('claims', 'the payload is not a map')
  const keeper = claims.get(1)
  const entries = claims.get(-65539)
  if (typeof keeper !== 'string' || !Array.isArray(entries) || entries.length > MAX_ENTRIES) return fail('claims', 'iss or entries are missing')
  const keys = await Promise.all(entries.map(readEntry))
  return { keeper, issuedAt: instant(claims.get(6)), expiresAt: instant(claims.get(4)), keys: keys.filter((key) => key !== null) }
}

function instant(value: Value | undefined): number {
  return asNumber(value) ?? fail('claims', 'an instant is not a number')
}

async function readEntry(entry: Value): Promise<TrustedKey | null> {
  if (!(entry instanceof Map)) return fail('claims', 'an entry is not a map')
  const [kid, issuer, issuerName, usage] = [entry.get(1), entry.get(3), entry.get(4), entry.get(5)]
  if (!(kid instanceof Uint8Array) || typeof issuer !== 'string' || typeof issuerName !== 'string') return fail('claims', 'an entry lacks kid, issuer or name')
  if (!Array.isArray(usage)) return fail('claims', 'an entry lacks its usage')
  const [validFrom, validUntil] = [instant(entry.get(6)), instant(entry.get(7))]
  const usages = new Set(usage.filter((item) => typeof item === 'string'))
  try {
    return { kid, public: await keyFromCose(entry.get(2)), usage: usages, issuer, issuerName, validFrom, validUntil }
  } catch {
    return null
  }
}
