/** Reading one line of the conformance protocol: what both languages accept as a request, bounded. */
import { BadRequest } from './reply.ts'
import type { Reply } from './reply.ts'
import { isObject } from '../rules/json.ts'
import type { Json, JsonObject } from '../rules/json.ts'

export type Operations = Readonly<Record<string, (request: JsonObject) => Reply | Promise<Reply>>>

export const MAX_LINE_BYTES = 20 * 1024 * 1024
const MAX_DEPTH = 200
const BOUND = 2 ** 53
const BEYOND = '9007199254740994'

/** The JSON object on a line; throws BadRequest when it is none or exceeds the bounds. */
export function readRequest(line: Uint8Array): JsonObject {
  const text = decodeLine(line)
  const value = parse(text)
  if (!isObject(value)) throw new BadRequest('the line is not a JSON object')
  if (!checkValue(value, 1)) return value
  // JSON.parse rounds numbers just beyond ±2^53 into the range; they are written as the next double instead.
  return parse(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*/g, pushedOut)) as JsonObject
}

/** The id of a request: text, a whole number within ±2^53, or null when there is none. */
export function requestId(request: JsonObject): string | number | null {
  const id = Object.hasOwn(request, 'id') ? request.id : null
  if (id === null || typeof id === 'string') return id
  if (typeof id === 'number' && Number.isInteger(id) && Math.abs(id) <= BOUND) return id
  throw new BadRequest('id is neither text nor a whole number')
}

function decodeLine(line: Uint8Array): string {
  if (line.length > MAX_LINE_BYTES) throw new BadRequest('the line is too long')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
  } catch {
    throw new BadRequest('the line is not UTF-8')
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new BadRequest('the line is not JSON')
  }
}

/** Throws BadRequest beyond the bounds; says whether a number stands exactly on ±2^53. */
function checkValue(value: Json, depth: number): boolean {
  if (typeof value === 'string') checkText(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new BadRequest('a number is too large')
    return Math.abs(value) === BOUND
  }
  if (typeof value !== 'object' || value === null) return false
  if (depth > MAX_DEPTH) throw new BadRequest(`the request is nested more than ${MAX_DEPTH} deep`)
  let onBound = false
  for (const [name, member] of Object.entries(value)) {
    checkText(name)
    onBound = checkValue(member, depth + 1) || onBound
  }
  return onBound
}

function checkText(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new BadRequest('a text holds half of a surrogate pair')
}

function pushedOut(token: string): string {
  if (token.startsWith('"') || Math.abs(Number(token)) !== BOUND) return token
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE](.+))?$/.exec(token) ?? []
  const scale = Number(exponent) - fraction.length
  const digits = BigInt(whole + fraction) * 10n ** BigInt(Math.max(scale, 0))
  return digits > 2n ** 53n * 10n ** BigInt(Math.max(-scale, 0)) ? sign + BEYOND : token
}
