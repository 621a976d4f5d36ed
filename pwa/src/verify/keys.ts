// Public keys: JWK, COSE_Key, the key in an X.509 certificate. WebCrypto does the mathematics.

import { encodeCbor, type Bytes, type CborMap, type Value, type Writable } from './cbor'
import { VerifyError } from './errors'
import { fromBinary, subjectKey } from './x509'

export const ES256 = -7
export const EDDSA = -8
export const PS256 = -37

type Kind = 'EC' | 'OKP' | 'RSA'

/** A public key that checks signatures of one COSE algorithm. `coseKey` holds its public members only. */
export interface PublicKey {
  readonly algorithm: number
  readonly coseKey: ReadonlyMap<number, Writable>
  /** Says whether the signature (ES256: 64 bytes, r then s) is this key's over the message. */
  verify(signature: Bytes, message: Bytes): Promise<boolean>
}

const fail = (message: string): never => {
  throw new VerifyError('key', message)
}

interface Suite {
  readonly algorithm: number
  readonly jwk: JsonWebKey
  readonly load: AlgorithmIdentifier | EcKeyImportParams | RsaHashedImportParams
  readonly check: AlgorithmIdentifier | EcdsaParams | RsaPssParams
  readonly coseKey: ReadonlyMap<number, Writable>
}

function suite(kind: Kind, first: Bytes, second?: Bytes): Suite {
  if (kind === 'EC' && second) {
    if (first.length !== 32 || second.length !== 32) fail('a P-256 coordinate has 32 bytes')
    return {
      algorithm: ES256,
      jwk: { kty: 'EC', crv: 'P-256', x: toBase64Url(first), y: toBase64Url(second) },
      load: { name: 'ECDSA', namedCurve: 'P-256' },
      check: { name: 'ECDSA', hash: 'SHA-256' },
      coseKey: new Map<number, Writable>([[1, 2], [-1, 1], [-2, first], [-3, second]]),
    }
  }
  if (kind === 'OKP') {
    if (first.length !== 32) fail('an Ed25519 key has 32 bytes')
    return {
      algorithm: EDDSA,
      jwk: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(first) },
      load: { name: 'Ed25519' },
      check: { name: 'Ed25519' },
      coseKey: new Map<number, Writable>([[1, 1], [-1, 6], [-2, first]]),
    }
  }
  const n = withoutZeros(first)
  const e = withoutZeros(second ?? fail('an RSA key has an exponent'))
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24
  if (bits < 2048 || bits > 4096 || !(n.at(-1)! & 1)) fail('an RSA modulus has 2048 to 4096 bits and is odd')
  if (e.length < 1 || e.length > 4 || !(e.at(-1)! & 1) || (e.length === 1 && e[0]! < 3)) fail('an unusable RSA exponent')
  return {
    algorithm: PS256,
    jwk: { kty: 'RSA', n: toBase64Url(n), e: toBase64Url(e) },
    load: { name: 'RSA-PSS', hash: 'SHA-256' },
    check: { name: 'RSA-PSS', saltLength: 32 } as RsaPssParams,
    coseKey: new Map<number, Writable>([[1, 3], [-1, n], [-2, e]]),
  }
}

async function publicKey(kind: Kind, first: Bytes, second?: Bytes): Promise<PublicKey> {
  const { algorithm, jwk, load, check, coseKey } = suite(kind, first, second)
  let key: CryptoKey
  try {
    key = await crypto.subtle.importKey('jwk', jwk, load, true, ['verify'])
  } catch {
    return fail(kind === 'EC' ? 'the point is not on P-256' : 'not an RSA key')
  }
  return {
    algorithm,
    coseKey,
    verify: async (signature, message) =>
      (algorithm === PS256 || signature.length === 64) && crypto.subtle.verify(check, key, signature, message),
  }
}

/** Returns the public key of a JWK: EC P-256, OKP Ed25519 or RSA. Rejects with VerifyError `key` for anything else. */
export async function keyFromJwk(jwk: Readonly<Record<string, unknown>>): Promise<PublicKey> {
  const member = (name: string) => fromBase64Url(own(jwk, name), name)
  const kind = own(jwk, 'kty')
  const curve = own(jwk, 'crv')
  let key: PublicKey
  let names: unknown[]
  if (kind === 'EC' && curve === 'P-256') [names, key] = [['ES256'], await publicKey(kind, member('x'), member('y'))]
  else if (kind === 'OKP' && curve === 'Ed25519') [names, key] = [['EdDSA', 'Ed25519'], await publicKey(kind, member('x'))]
  else if (kind === 'RSA') [names, key] = [['PS256'], await publicKey(kind, member('n'), member('e'))]
  else return fail('neither EC P-256 nor OKP Ed25519 nor RSA')
  const fits = (!Object.hasOwn(jwk, 'use') || jwk.use === 'sig') && (!Object.hasOwn(jwk, 'alg') || names.includes(jwk.alg))
  if (!fits) fail('the key is for another use or algorithm')
  return key
}

/** Returns the public key of a decoded COSE_Key. Rejects with VerifyError `key` for one outside docs/formats.md. */
export async function keyFromCose(value: Value | undefined): Promise<PublicKey> {
  if (!(value instanceof Map)) return fail('a COSE_Key is a map')
  const key: CborMap = value
  const kind = key.get(1)
  const [first, second, third] = [key.get(-1), key.get(-2), key.get(-3)]
  if (kind === 2 && first === 1 && second instanceof Uint8Array && third instanceof Uint8Array) return publicKey('EC', second, third)
  if (kind === 1 && first === 6 && second instanceof Uint8Array) return publicKey('OKP', second)
  if (kind === 3 && first instanceof Uint8Array && second instanceof Uint8Array) return publicKey('RSA', first, second)
  return fail('neither EC2 P-256 nor OKP Ed25519 nor RSA')
}

/** Returns the public key of a certificate in padded base64 DER; nothing else of it is looked at. */
export async function keyFromX509(text: string): Promise<PublicKey> {
  return publicKey(...subjectKey(text))
}

/** Returns the kid of our own keys: the first 8 bytes of the COSE Key Thumbprint, RFC 9679. */
export async function kidOf(key: PublicKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', encodeCbor(key.coseKey))).subarray(0, 8)
}

function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function withoutZeros(bytes: Bytes): Bytes {
  const start = bytes.findIndex((byte) => byte !== 0)
  return start < 0 ? bytes.subarray(bytes.length) : bytes.subarray(start)
}

/** Returns base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: unknown, name: string): Bytes {
  if (typeof text !== 'string' || text.length > 1024 || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return fail(`${name} is not base64url`)
  const bytes = fromBinary(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
  return toBase64Url(bytes) === text ? bytes : fail(`${name} is not canonical base64url`)
}
