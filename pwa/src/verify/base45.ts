// Base45, RFC 9285.

import { VerifyError } from './errors'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const ALLOWED = /^[0-9A-Z $%*+\-./:]*$/

/** Returns the base45 text of the bytes. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 2) {
    const last = i + 1 === bytes.length
    const value = last ? bytes[i]! : bytes[i]! * 256 + bytes[i + 1]!
    text += ALPHABET[value % 45]! + ALPHABET[Math.floor(value / 45) % 45]!
    if (!last) text += ALPHABET[Math.floor(value / 2025)]!
  }
  return text
}

/** Returns the bytes of a base45 text. Throws VerifyError `alphabet`, `length` (a lone character) or `overflow`. */
export function decodeBase45(text: string): Uint8Array<ArrayBuffer> {
  if (!ALLOWED.test(text)) throw new VerifyError('alphabet', 'a character is outside the base45 alphabet')
  const rest = text.length % 3
  if (rest === 1) throw new VerifyError('length', 'one character is left over')
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (rest ? 1 : 0))
  let at = 0
  for (let i = 0; i < text.length; i += 3) {
    const low = ALPHABET.indexOf(text[i]!) + 45 * ALPHABET.indexOf(text[i + 1]!)
    const value = i + 2 < text.length ? low + 2025 * ALPHABET.indexOf(text[i + 2]!) : low
    if (i + 2 < text.length) {
      if (value > 0xffff) throw new VerifyError('overflow', 'three characters stand for more than 65535')
      bytes[at++] = value >> 8
    } else if (value > 0xff) throw new VerifyError('overflow', 'the last two characters stand for more than 255')
    bytes[at++] = value & 0xff
  }
  return bytes
}
