// The conformance operations on base45, COSE, credentials and status lists: docs/conformance.md.

import { decodeBase45, encodeBase45 } from '../verify/base45'
import { toHex, type Bytes } from '../verify/cbor'
import { verify1 } from '../verify/cose'
import { verifyCredential, type VerifyOptions } from '../verify/credential'
import { VerifyError } from '../verify/errors'
import { keyFromJwk, keyFromX509 } from '../verify/keys'
import { getStatus, type StatusList } from '../verify/status-list'
import type { TrustedKey } from '../verify/trust'
import { BadRequest, type Reply } from './reply'

type Request = Record<string, unknown>

const MAX_TRUST = 10_000
const INSTANT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,18})?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/

export const OPERATIONS: Record<string, (request: Request) => Reply | Promise<Reply>> = {
  'base45.decode': (request) => {
    const text = textOf(request, 'in')
    return answer(() => ({ out: toHex(decodeBase45(text)) }))
  },
  'base45.encode': (request) => ({ ok: true, out: encodeBase45(bytesOf(request, 'in')) }),
  'cose.verify1': (request) => {
    const data = bytesOf(request, 'in')
    const aad = isGiven(request.aad) ? bytesOf(request, 'aad') : undefined
    const jwk = objectOf(request.key, 'key')
    return answer(async () => ({ out: toHex(await verify1(data, await keyFromJwk(jwk), aad)) }))
  },
  'credential.verify': credentialVerify,
  'status.get': (request) => {
    const [data, bits, index] = [bytesOf(request, 'list'), integerOf(request.bits, 'bits'), integerOf(request.index, 'index')]
    if (![1, 2, 4, 8].includes(bits)) throw new BadRequest('bits is not 1, 2, 4 or 8')
    return answer(() => ({ value: getStatus(data, bits, index) }))
  },
}

async function credentialVerify(request: Request): Promise<Reply> {
  const [text, now] = [textOf(request, 'text'), instant(textOf(request, 'now'))]
  const profile = Object.hasOwn(request, 'profile') ? request.profile : 'zb'
  if (profile !== 'zb' && profile !== 'dcc') throw new BadRequest('profile is neither zb nor dcc')
  const entries = request.trust
  if (!Array.isArray(entries) || entries.length > MAX_TRUST) throw new BadRequest('trust is not a list of at most 10,000 keys')
  const trust: TrustedKey[] = []
  for (const entry of entries) {
    const key = await trusted(entry, profile)
    if (key) trust.push(key)
  }
  const options: VerifyOptions = {
    profile,
    ...(isGiven(request.challenge) && { challenge: textOf(request, 'challenge') }),
    ...(isGiven(request.status) && { status: statusOf(request.status) }),
  }
  const { verdict, stage, claims } = await verifyCredential(text, trust, now, options)
  return { ok: true, verdict, stage, claims }
}

/**
 * Returns an RFC 3339 instant in POSIX seconds. A fraction is kept within a microsecond of the whole seconds around it,
 * so that rounding to a double never moves it onto a second or across one.
 */
export function instant(text: string): number {
  const match = INSTANT.exec(text)
  if (!match) throw new BadRequest('not an RFC 3339 instant')
  const [year, month, day, hour, minute, second, , , offsetHour, offsetMinute] = match.slice(1).map((part) => Number(part ?? 0)) as number[]
  if (hour! > 23 || minute! > 59 || second! > 60 || offsetHour! > 23 || offsetMinute! > 59) throw new BadRequest('not an RFC 3339 instant')
  const date = new Date(0)
  date.setUTCFullYear(year!, month! - 1, day!)
  if (!year || date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) throw new BadRequest('not a day of the calendar')
  const offset = (offsetHour! * 60 + offsetMinute!) * (match[8] === '-' ? -60 : 60)
  const whole = date.getTime() / 1000 + hour! * 3600 + minute! * 60 + second! - offset
  const fraction = match[7] ? Number(`0${match[7]}`) : 0
  return fraction ? whole + Math.min(Math.max(fraction, 1e-6), 0.999999) : whole
}

async function answer(work: () => Record<string, unknown> | Promise<Record<string, unknown>>): Promise<Reply> {
  try {
    return { ok: true, ...(await work()) }
  } catch (error) {
    if (error instanceof VerifyError) return { ok: false, error: error.code, detail: error.message }
    throw error
  }
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

function textOf(request: Request, name: string): string {
  const value = Object.hasOwn(request, name) ? request[name] : undefined
  if (typeof value !== 'string') throw new BadRequest(`${name} is not text`)
  return value
}

function bytesOf(request: Request, name: string): Bytes {
  const text = textOf(request, name)
  if (text.length % 2 || !/^[0-9a-f]*$/.test(text)) throw new BadRequest(`${name} is not lower-case hex`)
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

function objectOf(value: unknown, name: string): Request {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadRequest(`${name} is not an object`)
  return value as Request
}

function numberOf(value: unknown, name: string): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw new BadRequest(`${name} is not a number within 2^53`)
  return value
}

function integerOf(value: unknown, name: string): number {
  const number = numberOf(value, name)
  if (!Number.isInteger(number)) throw new BadRequest(`${name} is not an integer`)
  return number
}

async function trusted(value: unknown, profile: string): Promise<TrustedKey | null> {
  const entry = objectOf(value, 'a trusted key')
  const kid = bytesOf(entry, 'kid')
  const usage = typeof entry.usage === 'string' ? (profile === 'dcc' ? [...entry.usage] : [entry.usage]) : entry.usage
  if (isGiven(usage) && !(Array.isArray(usage) && usage.every((item) => typeof item === 'string'))) {
    throw new BadRequest('usage is neither text nor a list of texts')
  }
  const jwk = isGiven(entry.jwk) ? objectOf(entry.jwk, 'jwk') : null
  const certificate = jwk ? '' : textOf(entry, 'x509')
  try {
    const key = jwk ? await keyFromJwk(jwk) : await keyFromX509(certificate)
    return isGiven(usage) ? { kid, public: key, usage: new Set(usage as string[]) } : { kid, public: key }
  } catch (error) {
    if (error instanceof VerifyError) return null
    throw error
  }
}

function statusOf(value: unknown): StatusList {
  const entry = objectOf(value, 'status')
  const bits = integerOf(entry.bits, 'bits')
  if (![1, 2, 4, 8].includes(bits)) throw new BadRequest('bits is not 1, 2, 4 or 8')
  const [age, maxAge] = [numberOf(entry.age, 'age'), numberOf(entry.max_age, 'max_age')]
  return { uri: textOf(entry, 'uri'), bits, compressed: bytesOf(entry, 'list'), age, maxAge }
}
