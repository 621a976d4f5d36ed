/**
 * Identifiers of people, bodies, places, items and certificates. Every `check…` judges the canonical form only (upper
 * case, ASCII, no blanks) and returns null or the code of the first thing wrong; `normalise…` turns what people type
 * into that form. The twin is `backend/foundation/identifiers.py`.
 */
import { parseDay } from './days.ts'

export type IdentifierError =
  | 'length' | 'alphabet' | 'birth-date' | 'check-character' | 'organisation-check' | 'province' | 'level'
  | 'root' | 'segments' | 'type' | 'issuer' | 'serial' | 'version' | 'format' | 'month'

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const QUERY_CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const BASE_36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const CERTIFICATE_ROOT = '1.2.156.3005.2.'
const CERTIFICATE_MAX_LENGTH = 128
const OLDEST_AGE = 150
// GB/T 2260, and 99, which no real place has: the demo city's.
const PROVINCE = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82|99)/
const MOD_11_2_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]

/** Characters as people count them: one beyond the basic plane is one, as in Python. */
const lengthOf = (text: string): number => [...text].length

const weighted = (text: string, weights: readonly number[], alphabet: string): number =>
  weights.reduce((total, weight, place) => total + weight * alphabet.indexOf(text.charAt(place)), 0)

/** A resident ID number; `today` (`YYYY-MM-DD`) bounds the birth date: not after it, not over 150 years before it. */
export function checkResidentId(text: string, today: string): IdentifierError | null {
  const length = lengthOf(text)
  if (length === 15) {
    if (/^[A-Z]{3}[0-9]{12}$/.test(text)) return null
    // Fifteen digits are the first-generation number, abolished in 2013.
    return /^[0-9]{15}$/.test(text) ? 'length' : 'alphabet'
  }
  if (length !== 18) return 'length'
  if (!/^[0-9]{17}[0-9X]$/.test(text)) return 'alphabet'
  const year = text.slice(6, 10)
  const monthDay = `-${text.slice(10, 12)}-${text.slice(12, 14)}`
  if (parseDay(year + monthDay) === null || year + monthDay > today) return 'birth-date'
  if (Number(year) + OLDEST_AGE <= 9999 && String(Number(year) + OLDEST_AGE).padStart(4, '0') + monthDay < today) return 'birth-date'
  return '10X98765432'[weighted(text, MOD_11_2_WEIGHTS, BASE_36) % 11] === text[17] ? null : 'check-character'
}

/** A unified social credit code (GB 32100), its organisation code (GB 11714, positions 9 to 17) included. */
export function checkUscc(text: string): IdentifierError | null {
  if (lengthOf(text) !== 18) return 'length'
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return 'alphabet'
  if (USCC_ALPHABET[(31 - (weighted(text, USCC_WEIGHTS, USCC_ALPHABET) % 31)) % 31] !== text[17]) return 'check-character'
  const total = weighted(text.slice(8), ORGANISATION_WEIGHTS, BASE_36)
  return '0123456789X'[(11 - (total % 11)) % 11] === text[16] ? null : 'organisation-check'
}

/** A division code of 6, 9 or 12 digits; zeros only right of the last used level. */
export function checkAreaCode(text: string): IdentifierError | null {
  if (![6, 9, 12].includes(lengthOf(text))) return 'length'
  if (!/^[0-9]+$/.test(text)) return 'alphabet'
  if (!PROVINCE.test(text)) return 'province'
  const levels = [text.slice(2, 4), text.slice(4, 6), text.slice(6, 9), text.slice(9, 12)].filter((level) => level !== '')
  const used = levels.map((level) => Number(level) > 0)
  return used.some((isUsed, place) => isUsed && used[place - 1] === false) ? 'level' : null
}

/** An item code of our own making: 12, 31 or 33 characters. */
export function checkItemCode(text: string): IdentifierError | null {
  const length = lengthOf(text)
  if (length !== 12 && length !== 31 && length !== 33) return 'length'
  if (length === 12) return /^[0-9]{12}$/.test(text) ? null : 'alphabet'
  const fault = checkUscc([...text].slice(0, 18).join(''))
  if (fault !== null) return fault
  if (!/^[0-9]+$/.test(text.slice(18))) return 'alphabet'
  return /[1-7]/.test(text.charAt(18)) ? null : 'level'
}

/** An item code of another system: 1 to 55 letters, digits and hyphens. */
export function checkImportedItemCode(text: string): IdentifierError | null {
  const length = lengthOf(text)
  if (length < 1 || length > 55) return 'length'
  return /^[0-9A-Za-z-]+$/.test(text) ? null : 'alphabet'
}

/** The ISO/IEC 7064 MOD 37,36 character of `stem` (0-9A-Z). */
export function certificateCheckCharacter(stem: string): string {
  let product = 36
  for (const character of stem) product = (2 * ((product + BASE_36.indexOf(character)) % 36 || 36)) % 37
  return BASE_36.charAt((37 - product) % 36)
}

/** An electronic certificate identifier (GB/T 36904): root, type 21, issuer, serial, version 001-999, check. */
export function checkCertificateIdentifier(text: string): IdentifierError | null {
  if (lengthOf(text) > CERTIFICATE_MAX_LENGTH) return 'length'
  if (!/^[0-9A-Z.]*$/.test(text)) return 'alphabet'
  if (!text.startsWith(CERTIFICATE_ROOT)) return 'root'
  const segments = text.slice(CERTIFICATE_ROOT.length).split('.')
  const [kind, issuer, serial, version, check] = segments
  if (segments.length !== 5 || kind === undefined || issuer === undefined || version === undefined) return 'segments'
  if (kind.length !== 21 || checkUscc(kind.slice(0, 18)) !== null) return 'type'
  if ((issuer.length === 6 ? checkAreaCode(issuer) : checkUscc(issuer)) !== null) return 'issuer'
  if (serial === '') return 'serial'
  if (!/^[0-9]{3}$/.test(version) || version === '000') return 'version'
  return certificateCheckCharacter(segments.slice(0, 4).join('')) === check ? null : 'check-character'
}

/** A query code: 8 characters of Crockford's alphabet with Σ αⁱ·vᵢ = 0 in GF(32), so that every single error and swap is caught. */
export function checkQueryCode(text: string): IdentifierError | null {
  if (lengthOf(text) !== 8) return 'length'
  if (![...text].every((character) => QUERY_CODE_ALPHABET.includes(character))) return 'alphabet'
  // Horner from the last character: α(v₁ + α(v₂ + …)), with α = x and x⁵ + x² + 1 = 0.
  let sum = 0
  for (const character of [...text].reverse()) {
    sum = (sum ^ QUERY_CODE_ALPHABET.indexOf(character)) << 1
    if (sum & 32) sum ^= 0b100101
  }
  return sum === 0 ? null : 'check-character'
}

/** A mainland mobile number, 11 digits. */
export function checkMobile(text: string): IdentifierError | null {
  if (lengthOf(text) !== 11) return 'length'
  return /^1[3-9][0-9]{9}$/.test(text) ? null : 'format'
}

/** A postcode, 6 digits. */
export function checkPostcode(text: string): IdentifierError | null {
  if (lengthOf(text) !== 6) return 'length'
  return /^[0-9]{6}$/.test(text) ? null : 'format'
}

/** The number of a bank card, 12 to 19 digits with the check digit of ISO/IEC 7812 (Luhn). */
export function checkBankCard(text: string): IdentifierError | null {
  const length = lengthOf(text)
  if (length < 12 || length > 19) return 'length'
  if (!/^[0-9]+$/.test(text)) return 'alphabet'
  const sum = [...text].reverse().reduce((total, digit, place) => {
    const doubled = Number(digit) * (1 + (place % 2))
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0 ? null : 'check-character'
}

/** A number to call: mobile, landline with area code, 400/800, or a short service number such as 12345. */
export function checkPhone(text: string): IdentifierError | null {
  const length = lengthOf(text)
  if (length < 3 || length > 20) return 'length'
  const kinds = /^(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?|[48]00[0-9]{7}|12[0-9]{3}|9[0-9]{4,5}|1[12][0-9])$/
  return kinds.test(text) ? null : 'format'
}

/** A national investment project code, `YYMM-RRRRRR-HH-LL-NNNNNN`; it has no check character. */
export function checkInvestmentProjectCode(text: string): IdentifierError | null {
  if (lengthOf(text) !== 24) return 'length'
  if (!/^[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}$/.test(text)) return 'format'
  return text.slice(2, 4) >= '01' && text.slice(2, 4) <= '12' ? null : 'month'
}

const folded = (text: string): string => text.normalize('NFKC').toUpperCase().replace(/\s+/g, '')

/** What someone typed for an ID number, credit code, area or item code: half-width, upper case, no blanks. */
export const normaliseIdentifier = folded

/** What someone typed or heard for a query code: any case, O as 0, I and L as 1, blanks and hyphens dropped. */
export function normaliseQueryCode(text: string): string {
  return folded(text).replace(/[-‐‑‒–—−]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
}

/** What someone typed for a phone: half-width, no blanks, brackets or +86; a mobile number also without hyphens. */
export function normalisePhone(text: string): string {
  const plain = folded(text).replace(/[()]/g, '').replace(/[‐–]/g, '-').replace(/^(?:\+86|0086)-?|^86(?=1[3-9])/, '')
  const joined = plain.replace(/-/g, '')
  return checkMobile(joined) === null ? joined : plain
}

/** A UUIDv7 (RFC 9562) in lower-case text: later ones sort later, to the millisecond. */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, Math.floor(now / 2 ** 32))
  view.setUint32(2, now % 2 ** 32)
  bytes[6] = 0x70 | (view.getUint8(6) & 0x0f)
  bytes[8] = 0x80 | (view.getUint8(8) & 0x3f)
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
