// The CBOR subset of docs/formats.md (RFC 8949): strict, bounded, and refusing exactly what qr/cbor.py refuses.

import { VerifyError } from './errors'

export type Bytes = Uint8Array<ArrayBuffer>
export type CborMap = Map<number | bigint | string, Value>
export type Value = boolean | number | bigint | Float | string | Bytes | Value[] | CborMap | null

/** A CBOR float. It is kept apart from the integers because a header or index that is 1.0 is not 1. */
export class Float {
  constructor(readonly value: number) {}
}

const MAX_BYTES = 16 * 1024 * 1024
const MAX_DEPTH = 16
const MAX_ITEMS = 65_536
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const fail = (message: string): never => {
  throw new VerifyError('cbor', message)
}

/** Reads exactly one item. `foreign` unwraps tags and takes indefinite lengths. Throws VerifyError `cbor`. */
export function decodeCbor(bytes: Bytes, foreign = false): Value {
  if (bytes.length > MAX_BYTES) fail(`${bytes.length} bytes are more than ${MAX_BYTES}`)
  const reader = new Reader(bytes, foreign)
  const value = reader.item(0)
  if (reader.position !== bytes.length) fail('bytes follow the item')
  return value
}

/** Returns the number of the tag that the bytes start with, or null, and what stands under it. */
export function splitTag(bytes: Bytes): [number | bigint | null, Bytes] {
  if (!bytes.length || bytes[0]! >> 5 !== 6) return [null, bytes]
  const reader = new Reader(bytes, false)
  const number = reader.argument(reader.byte() & 31)
  return [number, bytes.subarray(reader.position)]
}

class Reader {
  position = 0
  private items = 0
  private readonly view: DataView

  constructor(private readonly bytes: Bytes, private readonly foreign: boolean) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  take(length: number | bigint): Bytes {
    const start = this.position
    if (length > this.bytes.length - start) fail('the bytes end too early')
    this.position = start + Number(length)
    return this.bytes.subarray(start, this.position)
  }

  byte(): number {
    return this.take(1)[0]!
  }

  argument(info: number): number | bigint {
    if (info < 24) return info
    if (info > 27) fail('a reserved or indefinite length')
    const at = this.position
    const size = 1 << (info - 24)
    this.take(size)
    if (size === 1) return this.view.getUint8(at)
    if (size === 2) return this.view.getUint16(at)
    if (size === 4) return this.view.getUint32(at)
    return narrow(this.view.getBigUint64(at))
  }

  atBreak(): boolean {
    if (this.bytes[this.position] !== 0xff) return false
    this.position++
    return true
  }

  item(depth: number): Value {
    if (depth > MAX_DEPTH) fail(`more than ${MAX_DEPTH} nested containers`)
    if (++this.items > MAX_ITEMS) fail(`more than ${MAX_ITEMS} items`)
    const initial = this.byte()
    const major = initial >> 5
    const info = initial & 31
    if (major === 7) return this.simple(info)
    if (info === 31 && this.foreign && major >= 2 && major <= 5) return this.indefinite(major, depth)
    const argument = this.argument(info)
    if (major === 0) return argument
    if (major === 1) return narrow(-1n - BigInt(argument))
    if (major === 2) return this.take(argument)
    if (major === 3) return this.text(argument)
    if (major === 6) return this.foreign ? this.item(depth + 1) : fail('a tag')
    if (argument > this.bytes.length - this.position) fail('a container longer than the bytes')
    const array: Value[] = []
    const map: CborMap = new Map()
    for (let i = 0; i < Number(argument); i++) {
      if (major === 4) array.push(this.item(depth + 1))
      else this.pair(map, depth)
    }
    return major === 4 ? array : map
  }

  private text(length: number | bigint): string {
    const bytes = this.take(length)
    try {
      return UTF8.decode(bytes)
    } catch {
      return fail('text that is not UTF-8')
    }
  }

  private pair(map: CborMap, depth: number): void {
    const key = this.item(depth + 1)
    if (typeof key !== 'number' && typeof key !== 'bigint' && typeof key !== 'string') {
      fail('a map key that is neither integer nor text')
    } else {
      if (map.has(key)) fail('a map key stands twice')
      map.set(key, this.item(depth + 1))
    }
  }

  private indefinite(major: number, depth: number): Value {
    const items: Value[] = []
    const map: CborMap = new Map()
    const chunks: Bytes[] = []
    let text = ''
    while (!this.atBreak()) {
      if (major === 4) items.push(this.item(depth + 1))
      else if (major === 5) this.pair(map, depth)
      else {
        const initial = this.byte()
        if (initial >> 5 !== major) fail('a chunk of another type')
        const length = this.argument(initial & 31)
        if (major === 2) chunks.push(this.take(length))
        else text += this.text(length)
      }
    }
    return major === 4 ? items : major === 5 ? map : major === 2 ? concat(chunks) : text
  }

  private simple(info: number): Value {
    if (info === 20) return false
    if (info === 21) return true
    if (info === 22) return null
    if (info < 25 || info > 27) fail('a simple value outside the subset')
    const at = this.position
    this.take(1 << (info - 24))
    const number = info === 25 ? half(this.view.getUint16(at)) : info === 26 ? this.view.getFloat32(at) : this.view.getFloat64(at)
    return Number.isFinite(number) ? new Float(number) : fail('a number that is not finite')
  }
}

const narrow = (value: bigint): number | bigint =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return NaN
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction)
}

export function concat(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Returns the initial bytes of an item: major type 0 to 7 with its argument below 2^53, in the shortest form. */
export function head(major: number, argument: number): Bytes {
  const type = major << 5
  if (argument < 24) return Uint8Array.of(type | argument)
  if (argument < 0x100) return Uint8Array.of(type | 24, argument)
  if (argument < 0x10000) return Uint8Array.of(type | 25, argument >> 8, argument & 255)
  const bytes = new Uint8Array(argument < 2 ** 32 ? 5 : 9)
  bytes[0] = type | (bytes.length === 5 ? 26 : 27)
  const view = new DataView(bytes.buffer)
  if (bytes.length === 5) view.setUint32(1, argument)
  else view.setBigUint64(1, BigInt(argument))
  return bytes
}

export type Writable = number | string | Uint8Array | ReadonlyMap<number, Writable>

/** Writes integers, text, bytes and maps with integer keys deterministically (RFC 8949 §4.2.1). */
export function encodeCbor(value: Writable): Bytes {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) fail('not an integer')
    return value < 0 ? head(1, -1 - value) : head(0, value)
  }
  if (typeof value === 'string') {
    const text = new TextEncoder().encode(value)
    return concat([head(3, text.length), text])
  }
  if (value instanceof Uint8Array) return concat([head(2, value.length), value])
  const pairs = [...value].map(([key, entry]) => [encodeCbor(key), encodeCbor(entry)] as const)
  pairs.sort(([a], [b]) => compare(a, b))
  return concat([head(5, pairs.length), ...pairs.flat()])
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** Returns an integer within ±(2^53 − 1) or a float, such as a NumericDate; undefined for anything else. */
export function asNumber(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value
  return value instanceof Float ? value.value : undefined
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Returns lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let start = 0; start < bytes.length; start += 4096) {
    let part = ''
    for (const byte of bytes.subarray(start, start + 4096)) part += HEX[byte]!
    parts.push(part)
  }
  return parts.join('')
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Returns a payload as JSON: integer keys as decimal text, bytes as hex. Throws VerifyError `cbor` where JSON cannot hold it. */
export function asJson(value: Value): Json {
  if (value instanceof Uint8Array) return toHex(value)
  if (value instanceof Float) {
    if (Math.abs(value.value) > Number.MAX_SAFE_INTEGER) fail('a number beyond 2^53 - 1')
    return value.value
  }
  if (typeof value === 'bigint') return fail('a number beyond 2^53 - 1')
  if (Array.isArray(value)) return value.map(asJson)
  if (value instanceof Map) {
    // No prototype: a key named __proto__ is a key like any other.
    const result = Object.create(null) as { [key: string]: Json }
    for (const [key, entry] of value) {
      if (typeof key === 'bigint') fail('a number beyond 2^53 - 1')
      const name = String(key)
      if (Object.hasOwn(result, name)) fail('an integer key and a text key read the same')
      result[name] = asJson(entry)
    }
    return result
  }
  return value
}
