// Credentials: docs/formats.md, "Credential". The one verification, the same in qr/credential.py.

import { decodeBase45 } from './base45'
import { asJson, asNumber, decodeCbor, type Bytes, type CborMap, type Json } from './cbor'
import { KID, parse1, TYP as TYP_LABEL, verifiedBy, type Sign1 } from './cose'
import { VerifyError } from './errors'
import { inflate } from './inflate'
import { judgePresentation, PRESENTATION_PREFIX, readPresentation, type Shown } from './presentation'
import { getStatus, type StatusList } from './status-list'
import { allows, sameBytes, type TrustedKey } from './trust'

export const CREDENTIAL_TYP = 'application/zb+cwt'
export const CREDENTIAL_PREFIX = 'ZB1:'
const FOREIGN_PREFIX = 'HC1:'
const MAX_TEXT = 4296
const MAX_FOREIGN = 16384
const CLOCK_SKEW = 60
const [ISS, EXP, NBF, IAT, CTI, CNF, STATUS, FIELDS] = [1, 4, 5, 6, 7, 8, 65535, -65537]
const SUSPENDED = 2

export type Profile = 'zb' | 'dcc'
export type Verdict =
  | 'live' | 'genuine-copy' | 'stale' | 'suspended' | 'revoked' | 'expired' | 'not-yet-valid' | 'clock-doubtful' | 'untrusted' | 'forged' | 'unreadable'
export type Stage = 'prefix' | 'base45' | 'inflate' | 'cose' | 'key' | 'signature' | 'time' | 'status' | 'holder'

/** The first stage that failed, null when all passed. Claims are there once the signature has held: the payload as JSON. */
export interface Outcome {
  readonly verdict: Verdict
  readonly stage: Stage | null
  readonly claims: Json
}

export interface VerifyOptions {
  readonly profile?: Profile
  readonly status?: StatusList
  /** The challenge text that the verifier showed. */
  readonly challenge?: string
}

const outcome = (verdict: Verdict, stage: Stage | null, claims: Json = null): Outcome => ({ verdict, stage, claims })

/** Judges the text of a QR code at `now`, in POSIX seconds. Never rejects, whatever the text. */
export async function verifyCredential(text: string, trust: readonly TrustedKey[], now: number, options: VerifyOptions = {}): Promise<Outcome> {
  const { profile = 'zb', status, challenge } = options
  const opened = open(text, profile)
  if (typeof opened === 'string') return outcome('unreadable', opened)
  const { message, shown } = opened
  const candidates = candidatesFor(message, trust, profile, now)
  if (!candidates.length) return outcome('untrusted', 'key')
  const held = await Promise.all(candidates.map((key) => verifiedBy(message, key.public)))
  const signers = candidates.filter((_, i) => held[i])
  if (!signers.length) return outcome('forged', 'signature')
  let claims: CborMap
  let report: Json
  try {
    claims = readClaims(message.payload, profile === 'dcc')
    report = asJson(claims)
  } catch {
    return outcome('unreadable', 'cose')
  }
  if (!signers.some((key) => maySign(key, claims, profile))) return outcome('untrusted', 'key')
  const [verdict, stage] = await judge(claims, now, profile, status, shown, challenge)
  return outcome(verdict, stage, report)
}

/** Returns the claims in a payload. Throws VerifyError for what readers must refuse. */
export function readClaims(payload: Bytes, foreign = false): CborMap {
  const claims = decodeCbor(payload, foreign)
  if (!(claims instanceof Map)) throw new VerifyError('claims', 'the payload is not a map')
  const text = (value: unknown) => typeof value === 'string'
  const map = (value: unknown) => value instanceof Map
  const shapes: [number, (value: unknown) => boolean][] = [[ISS!, text], [CTI!, (value) => value instanceof Uint8Array]]
  if (!foreign) shapes.push([CNF!, map], [STATUS!, map], [FIELDS!, map])
  const sound =
    claims.has(EXP!) &&
    [EXP!, NBF!, IAT!].every((key) => !claims.has(key) || asNumber(claims.get(key)) !== undefined) &&
    shapes.every(([key, fits]) => !claims.has(key) || fits(claims.get(key))) &&
    (foreign || !claims.has(STATUS!) || statusReference(claims) !== null)
  if (!sound) throw new VerifyError('claims', 'a claim is missing or of a wrong type')
  return claims
}

/** Returns the claims of a credential that this phone holds itself, unverified. Throws VerifyError when it is malformed. */
export function readCredential(text: string): CborMap {
  const opened = open(text, 'zb')
  if (typeof opened === 'string') throw new VerifyError(opened, 'not a credential')
  return readClaims(opened.message.payload)
}

function open(text: string, profile: Profile): { message: Sign1; shown?: Shown } | Stage {
  const prefix = text.slice(0, 4)
  const known = profile === 'dcc' ? prefix === FOREIGN_PREFIX : prefix === CREDENTIAL_PREFIX || prefix === PRESENTATION_PREFIX
  // Characters are code points here, as they are in Python.
  if (!known || text.length > 2 * MAX_TEXT || (text.length > MAX_TEXT && [...text].length > MAX_TEXT)) return 'prefix'
  let stage: Stage = 'base45'
  try {
    let data = decodeBase45(text.slice(4))
    stage = 'inflate'
    if (profile === 'dcc') data = inflate(data, MAX_FOREIGN)
    stage = 'cose'
    const shown = prefix === PRESENTATION_PREFIX ? readPresentation(data) : undefined
    const message = parse1(shown ? shown.credential : data, true)
    if (profile === 'zb' && (message.unprotected.size || message.protected.get(TYP_LABEL) !== CREDENTIAL_TYP)) return stage
    return shown ? { message, shown } : { message }
  } catch (error) {
    if (error instanceof VerifyError) return stage
    throw error
  }
}

function candidatesFor(message: Sign1, trust: readonly TrustedKey[], profile: Profile, now: number): TrustedKey[] {
  const headers = profile === 'dcc' && !message.protected.has(KID) ? message.unprotected : message.protected
  const usage = profile === 'dcc' ? undefined : 'credential'
  return trust.filter((key) => sameBytes(headers.get(KID), key.kid) && key.public.algorithm === message.alg && allows(key, usage, now))
}

function maySign(key: TrustedKey, claims: CborMap, profile: Profile): boolean {
  if (profile === 'zb') return key.issuer === undefined || key.issuer === claims.get(ISS!)
  if (!key.usage) return true
  const container = claims.get(-260)
  const certificate = container instanceof Map ? container.get(1) : undefined
  const kinds = certificate instanceof Map ? ['v', 't', 'r'].filter((kind) => certificate.has(kind)) : []
  return kinds.length > 0 && kinds.every((kind) => key.usage!.has(kind))
}

async function judge(
  claims: CborMap,
  now: number,
  profile: Profile,
  status: StatusList | undefined,
  shown: Shown | undefined,
  challenge: string | undefined,
): Promise<[Verdict, Stage | null]> {
  const [expiresAt, issuedAt, notBefore] = [EXP!, IAT!, NBF!].map((key) => asNumber(claims.get(key)))
  if (expiresAt !== undefined && (now > expiresAt || (now === expiresAt && profile === 'zb'))) return ['expired', 'time']
  if (issuedAt !== undefined && now + CLOCK_SKEW < issuedAt) return ['clock-doubtful', 'time']
  if (notBefore !== undefined && now < notBefore) return ['not-yet-valid', 'time']
  if (profile === 'dcc') return ['genuine-copy', null]
  if (claims.has(STATUS!)) {
    const found = statusVerdict(claims, status)
    if (found) return [found, 'status']
  }
  if (!shown) return ['genuine-copy', challenge === undefined ? null : 'holder']
  const verdict = await judgePresentation(shown, claims.get(CNF!), now, challenge)
  return [verdict, verdict === 'live' ? null : 'holder']
}

function statusReference(claims: CborMap): { index: number; uri: string } | null {
  const status = claims.get(STATUS!)
  const entry = status instanceof Map ? status.get('status_list') : undefined
  const [index, uri] = entry instanceof Map ? [entry.get('idx'), entry.get('uri')] : []
  return typeof index === 'number' && index >= 0 && typeof uri === 'string' ? { index, uri } : null
}

function statusVerdict(claims: CborMap, status: StatusList | undefined): Verdict | null {
  const reference = statusReference(claims)
  if (!reference || !status || status.uri !== reference.uri) return 'stale'
  let value: number
  try {
    value = getStatus(status.compressed, status.bits, reference.index)
  } catch {
    return 'stale'
  }
  if (value) return value === SUSPENDED ? 'suspended' : 'revoked'
  return status.age > status.maxAge ? 'stale' : null
}
