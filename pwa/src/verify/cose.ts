// COSE_Sign1, RFC 9052 §4.2, with ES256, EdDSA (Ed25519) and PS256.

import { concat, decodeCbor, encodeCbor, head, splitTag, type Bytes, type CborMap, type Value, type Writable } from './cbor'
import { VerifyError } from './errors'
import { EDDSA, ES256, PS256, type PublicKey } from './keys'

export const KID = 4
export const TYP = 16
const ALG = 1
const CRIT = 2
const EMPTY: Bytes = new Uint8Array(0)
const CONTEXT = new TextEncoder().encode('Signature1')

/** A well-formed message whose signature has not been checked. */
export interface Sign1 {
  readonly alg: number
  readonly protected: CborMap
  readonly unprotected: CborMap
  readonly payload: Bytes
  readonly signature: Bytes
  readonly protectedBytes: Bytes
}

const fail = (code: string, message: string): never => {
  throw new VerifyError(code, message)
}

/**
 * Reads a message, bare or under tag 18; with `cwt` also under 61(18(…)).
 * Throws VerifyError `cbor`, `structure`, `header`, `crit` or `algorithm`.
 */
export function parse1(data: Bytes, cwt = false): Sign1 {
  let [tag, inner] = splitTag(data)
  if (cwt && tag === 61) {
    ;[tag, inner] = splitTag(inner)
    if (tag !== 18) fail('structure', 'tag 61 stands before tag 18 only')
  }
  const message = decodeCbor(tag === 18 ? inner : data)
  if (!Array.isArray(message) || message.length !== 4) return fail('structure', 'not an array of four')
  const [protectedBytes, unprotected, payload, signature] = message
  if (!(protectedBytes instanceof Uint8Array) || !(unprotected instanceof Map)) return fail('structure', 'the headers are not a byte string and a map')
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array)) return fail('structure', 'payload and signature are not byte strings')
  const header: Value = protectedBytes.length ? decodeCbor(protectedBytes) : new Map()
  if (!(header instanceof Map)) return fail('header', 'the protected header is not a map')
  if (header.has(CRIT) || unprotected.has(CRIT)) fail('crit', 'critical headers are not supported')
  const alg = header.get(ALG)
  if (alg !== ES256 && alg !== EDDSA && alg !== PS256) return fail('algorithm', 'alg is not ES256, EdDSA or PS256 in the protected header')
  return { alg, protected: header, unprotected, payload, signature, protectedBytes }
}

function toBeSigned(protectedBytes: Bytes, payload: Bytes, aad: Bytes): Bytes {
  const text = concat([Uint8Array.of(0x84), head(3, CONTEXT.length), CONTEXT])
  return concat([text, ...[protectedBytes, aad, payload].flatMap((part) => [head(2, part.length), part])])
}

/** Says whether the key is of the message's algorithm and made its signature. */
export async function verifiedBy(message: Sign1, key: PublicKey, aad: Bytes = EMPTY): Promise<boolean> {
  return key.algorithm === message.alg && key.verify(message.signature, toBeSigned(message.protectedBytes, message.payload, aad))
}

/** Returns the payload of a message signed by the key. Rejects with the codes of `parse1`, `key` or `signature`. */
export async function verify1(data: Bytes, key: PublicKey, aad: Bytes = EMPTY): Promise<Bytes> {
  const message = parse1(data)
  if (message.alg !== key.algorithm) fail('key', 'the key is of another kind than alg')
  if (!(await verifiedBy(message, key, aad))) fail('signature', "the signature is not this key's")
  return message.payload
}

/** Returns a tagged message signed with ES256 by a P-256 CryptoKey, with alg and typ in the protected header. */
export async function sign1(payload: Bytes, key: CryptoKey, typ: string): Promise<Bytes> {
  const protectedBytes = encodeCbor(new Map<number, Writable>([[ALG, ES256], [TYP, typ]]))
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, toBeSigned(protectedBytes, payload, EMPTY))
  const parts = [protectedBytes, payload, new Uint8Array(signature)].map((part) => concat([head(2, part.length), part]))
  return concat([Uint8Array.of(0xd2, 0x84), parts[0]!, Uint8Array.of(0xa0), parts[1]!, parts[2]!])
}
