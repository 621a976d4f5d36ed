// The public key inside an X.509 certificate, found by walking its DER (RFC 5280 §4.1) and by nothing else: trust
// comes from the list that holds the certificate, so its names, dates and extensions are not read. As qr/x509.py.

import { toHex, type Bytes } from './cbor'
import { VerifyError } from './errors'

const MAX_TEXT = 16384
const SEQUENCE = 0x30
const INTEGER = 0x02
const BIT_STRING = 0x03
const OID = 0x06
const EXPLICIT_0 = 0xa0
const EC_PUBLIC_KEY = '2a8648ce3d0201'
const P256 = '2a8648ce3d030107'
const ED25519 = '2b6570'
const RSA = ['2a864886f70d010101', '2a864886f70d01010a']

/** Returns the bytes of a string as atob gives it. */
export const fromBinary = (text: string): Bytes => Uint8Array.from(text, (character) => character.charCodeAt(0))

const fail = (message: string): never => {
  throw new VerifyError('key', message)
}

/** Returns the kind of key and its parts (x and y, x, or n and e). Throws VerifyError `key`. */
export function subjectKey(text: string): ['EC' | 'OKP' | 'RSA', Bytes, Bytes?] {
  if (text.length > MAX_TEXT || text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) fail('the certificate is not padded base64')
  const [certificate, rest] = element(fromBinary(atob(text)), SEQUENCE)
  if (rest.length) fail('bytes follow the certificate')
  let body = element(certificate, SEQUENCE)[0]
  if (body[0] === EXPLICIT_0) body = element(body, EXPLICIT_0)[1]
  body = element(body, INTEGER)[1]
  for (let i = 0; i < 4; i++) body = element(body, SEQUENCE)[1] // signature, issuer, validity, subject
  const [algorithm, afterAlgorithm] = element(element(body, SEQUENCE)[0], SEQUENCE)
  const [bits, afterBits] = element(afterAlgorithm, BIT_STRING)
  if (afterBits.length || bits[0] !== 0) fail('a malformed key in the certificate')
  return key(algorithm, bits.subarray(1))
}

function key(algorithm: Bytes, bits: Bytes): ['EC' | 'OKP' | 'RSA', Bytes, Bytes?] {
  const [oid, parameters] = element(algorithm, OID)
  const identifier = toHex(oid)
  if (identifier === EC_PUBLIC_KEY) {
    const curve = toHex(element(parameters, OID)[0])
    if (curve === P256 && bits.length === 65 && bits[0] === 4) return ['EC', bits.subarray(1, 33), bits.subarray(33)]
  } else if (identifier === ED25519) {
    return ['OKP', bits]
  } else if (RSA.includes(identifier)) {
    const [numbers, rest] = element(bits, SEQUENCE)
    const [n, afterModulus] = element(numbers, INTEGER)
    const [e, afterExponent] = element(afterModulus, INTEGER)
    if (!rest.length && !afterExponent.length) return ['RSA', n, e]
  }
  return fail('the certificate holds a key of another kind')
}

/** Returns the content of the first DER element, which must have this tag, and what follows it. */
function element(data: Bytes, tag: number): [Bytes, Bytes] {
  if (data.length < 2 || data[0] !== tag) fail('not a certificate')
  let length = data[1]!
  let start = 2
  if (length >= 0x80) {
    const count = length & 0x7f
    if (count < 1 || count > 3) fail('not a certificate')
    length = data.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0)
    start += count
  }
  if (start + length > data.length) fail('the certificate ends too early')
  return [data.subarray(start, start + length), data.subarray(start + length)]
}
