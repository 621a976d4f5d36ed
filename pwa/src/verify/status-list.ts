// Token Status List, CWT form, the verifying side: docs/formats.md, "Status list".

import { asNumber, decodeCbor, type Bytes } from './cbor'
import { KID, parse1, TYP as TYP_LABEL, verifiedBy } from './cose'
import { VerifyError } from './errors'
import { inflate } from './inflate'
import { allows, sameBytes, type TrustedKey } from './trust'

export const STATUS_LIST_TYP = 'application/statuslist+cwt'
const MAX_INFLATED = 8 * 1024 * 1024

/** A list as a verifier holds it. `age` and `maxAge` are seconds; `compressed` is the zlib stream. */
export interface StatusList {
  readonly uri: string
  readonly bits: number
  readonly compressed: Bytes
  readonly age: number
  readonly maxAge: number
}

const fail = (code: string, message: string): never => {
  throw new VerifyError(code, message)
}

/** Returns the status at an index, 0 to 2^bits − 1. Throws VerifyError `bits`, `inflate`, `size` or `index`. */
export function getStatus(compressed: Bytes, bits: number, index: number): number {
  if (![1, 2, 4, 8].includes(bits)) fail('bits', 'a status has 1, 2, 4 or 8 bits')
  const content = inflate(compressed, MAX_INFLATED)
  const byte = index < 0 ? undefined : content[Math.floor((index * bits) / 8)]
  if (byte === undefined) return fail('index', 'the list ends before this index')
  return (byte >> ((index % (8 / bits)) * bits)) & ((1 << bits) - 1)
}

/**
 * Returns the list in a status list token with its age at `now` (POSIX seconds). Rejects with the codes of `parse1`,
 * `header`, `signature` (no trusted key for status lists signed it), `claims` or `bits`.
 */
export async function openStatusList(data: Bytes, trust: readonly TrustedKey[], now: number, maxAge: number): Promise<StatusList> {
  const message = parse1(data, true)
  if (message.unprotected.size || message.protected.get(TYP_LABEL) !== STATUS_LIST_TYP) fail('header', 'not a status list token')
  const candidates = trust.filter((key) => sameBytes(message.protected.get(KID), key.kid) && allows(key, 'status-list', now))
  const signed = await Promise.all(candidates.map((key) => verifiedBy(message, key.public)))
  if (!signed.includes(true)) fail('signature', 'not signed by a trusted key for status lists')
  const claims = decodeCbor(message.payload)
  const entry = claims instanceof Map ? claims.get(65533) : undefined
  if (!(claims instanceof Map) || !(entry instanceof Map)) return fail('claims', 'no status list in the payload')
  const [uri, issuedAt, bits, compressed] = [claims.get(2), asNumber(claims.get(6)), entry.get('bits'), entry.get('lst')]
  if (typeof uri !== 'string' || issuedAt === undefined || !(compressed instanceof Uint8Array)) return fail('claims', 'sub, iat or lst are missing')
  if (bits !== 1 && bits !== 2 && bits !== 4 && bits !== 8) return fail('bits', 'a status has 1, 2, 4 or 8 bits')
  if (claims.has(4) && !(now < (asNumber(claims.get(4)) ?? NaN))) fail('claims', 'the token has expired')
  return { uri, bits, compressed, age: Math.max(0, now - issuedAt), maxAge }
}
