// Presentations and challenges: docs/formats.md, "Presentation" and "Challenge".

import { decodeBase45, encodeBase45 } from './base45'
import { asNumber, decodeCbor, encodeCbor, type Bytes, type Value, type Writable } from './cbor'
import { parse1, sign1, TYP as TYP_LABEL, verifiedBy, type Sign1 } from './cose'
import { VerifyError } from './errors'
import { keyFromCose } from './keys'
import { sameBytes } from './trust'

export const PRESENTATION_TYP = 'application/zp'
export const PRESENTATION_PREFIX = 'ZP1:'
export const CHALLENGE_PREFIX = 'ZC1:'
export const SHOWN_SECONDS = 30
const CLOCK_SKEW = 60
const MAX_TEXT = 4296
const MAX_VERIFIER = 64
const MAX_PURPOSE = 128
const CREDENTIAL = 1
const TIME = 2
const ANSWER = 3

/** A well-formed presentation whose device signature has not been checked; `time` is in POSIX seconds. */
export interface Shown {
  readonly message: Sign1
  readonly credential: Bytes
  readonly time: number
  readonly answer?: Bytes
}

/** A verifier's question: who asks, what for, and when (POSIX seconds). */
export interface Challenge {
  readonly nonce: Bytes
  readonly verifier: string
  readonly purpose: string
  readonly time: number
}

const fail = (message: string): never => {
  throw new VerifyError('claims', message)
}

/**
 * Returns the text of a presentation, `ZP1:…`, signed by the device's P-256 key. `now` is in whole POSIX seconds.
 * Rejects with VerifyError `claims` when the credential is no `ZB1:` text or the challenge no `ZC1:` text.
 */
export async function present(credential: string, device: CryptoKey, now: number, challenge?: string): Promise<string> {
  if (!credential.startsWith('ZB1:')) fail('not a credential')
  const claims = new Map<number, Writable>([[TIME, now], [CREDENTIAL, decodeBase45(credential.slice(4))]])
  if (challenge !== undefined) claims.set(ANSWER, (await answerTo(challenge)) ?? fail('not a challenge'))
  return PRESENTATION_PREFIX + encodeBase45(await sign1(encodeCbor(claims), device, PRESENTATION_TYP))
}

/** Returns the presentation in these bytes. Throws VerifyError when it is malformed. */
export function readPresentation(data: Bytes): Shown {
  const message = parse1(data, true)
  if (message.unprotected.size || message.protected.get(TYP_LABEL) !== PRESENTATION_TYP) fail('not a presentation')
  const claims = decodeCbor(message.payload)
  if (!(claims instanceof Map)) return fail('the payload is not a map')
  const [time, credential, answer] = [asNumber(claims.get(TIME)), claims.get(CREDENTIAL), claims.get(ANSWER)]
  if (time === undefined || !(credential instanceof Uint8Array)) return fail('the credential or the time are missing')
  if (answer === undefined) return { message, credential, time }
  return answer instanceof Uint8Array ? { message, credential, time, answer } : fail('the answer is not bytes')
}

/**
 * Judges a presentation of a credential whose `cnf` claim is `confirmation`, at `now` in POSIX seconds.
 * `forged`: not signed by the key that the credential names, or it names none. `genuine-copy`: another answer than to the
 * challenge or, where none was given, out of the time window.
 */
export async function judgePresentation(
  shown: Shown,
  confirmation: Value | undefined,
  now: number,
  challenge?: string,
): Promise<'live' | 'genuine-copy' | 'forged'> {
  if (!(confirmation instanceof Map)) return 'forged'
  const device = await keyFromCose(confirmation.get(1)).catch(() => null)
  if (!device || !(await verifiedBy(shown.message, device))) return 'forged'
  if (challenge !== undefined) {
    const expected = await answerTo(challenge)
    return expected && sameBytes(shown.answer, expected) ? 'live' : 'genuine-copy'
  }
  return shown.time - CLOCK_SKEW <= now && now <= shown.time + SHOWN_SECONDS + CLOCK_SKEW ? 'live' : 'genuine-copy'
}

/** Returns the text of a fresh challenge, `ZC1:…`. Throws VerifyError `claims` for a missing or long name. */
export function newChallenge(verifier: string, purpose: string, now: number): string {
  if (!fits(verifier, MAX_VERIFIER) || !fits(purpose, MAX_PURPOSE)) fail('a challenge names its verifier and its purpose, briefly')
  const nonce = crypto.getRandomValues(new Uint8Array(16))
  return CHALLENGE_PREFIX + encodeBase45(encodeCbor(new Map<number, Writable>([[1, nonce], [2, verifier], [3, purpose], [4, now]])))
}

/** Returns what a challenge says, for the holder to read. Throws VerifyError when it is malformed. */
export function readChallenge(text: string): Challenge {
  if (!isChallenge(text)) fail('not a challenge')
  const value = decodeCbor(decodeBase45(text.slice(4)))
  if (value instanceof Map) {
    const [nonce, verifier, purpose, time] = [value.get(1), value.get(2), value.get(3), asNumber(value.get(4))]
    if (nonce instanceof Uint8Array && nonce.length === 16 && fits(verifier, MAX_VERIFIER) && fits(purpose, MAX_PURPOSE) && time !== undefined) {
      return { nonce, verifier, purpose, time }
    }
  }
  return fail('a challenge holds nonce, verifier, purpose and time')
}

function fits(value: Value | undefined, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 2 * longest && [...value].length <= longest
}

const isChallenge = (text: string): boolean => text.length <= MAX_TEXT && /^ZC1:[0-9A-Z $%*+\-./:]+$/.test(text)

async function answerTo(challenge: string): Promise<Bytes | null> {
  if (!isChallenge(challenge)) return null
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(challenge))).subarray(0, 16)
}
