// Inflate (RFC 1951) in a zlib stream (RFC 1950). Our own, because DecompressionStream can neither be bounded before
// it grows nor, in every engine, be made to refuse bytes after the end.

import type { Bytes } from './cbor'
import { VerifyError } from './errors'

const fail = (message = 'not a zlib stream'): never => {
  throw new VerifyError('inflate', message)
}

const MAX_BITS = 15
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

interface Code {
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
}

/** A canonical Huffman code. An incomplete one is refused unless it is empty, or one symbol of one bit where zlib allows it. */
function makeCode(lengths: ArrayLike<number>, mayBeSingle: boolean): Code {
  const counts = new Uint16Array(MAX_BITS + 1)
  for (let i = 0; i < lengths.length; i++) counts[lengths[i]!]!++
  const used = lengths.length - counts[0]!
  counts[0] = 0
  let left = 1
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    left = left * 2 - counts[bits]!
    if (left < 0) fail()
  }
  if (left > 0 && used > 0 && !(mayBeSingle && used === 1 && counts[1] === 1)) fail()
  const offsets = new Uint16Array(MAX_BITS + 2)
  for (let bits = 1; bits <= MAX_BITS; bits++) offsets[bits + 1] = offsets[bits]! + counts[bits]!
  const symbols = new Uint16Array(used)
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    if (lengths[symbol]) symbols[offsets[lengths[symbol]!]!++] = symbol
  }
  return { counts, symbols }
}

const FIXED_LENGTHS = makeCode(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)), false)
const FIXED_DISTANCES = makeCode(new Uint8Array(32).fill(5), false)

class Inflater {
  private at = 2
  private held = 0
  private heldBits = 0
  private out = new Uint8Array(1024)
  private size = 0

  constructor(private readonly data: Bytes, private readonly limit: number) {}

  run(): Bytes {
    let last = false
    while (!last) {
      last = this.bits(1) === 1
      const type = this.bits(2)
      if (type === 0) this.stored()
      else if (type === 1) this.block(FIXED_LENGTHS, FIXED_DISTANCES)
      else if (type === 2) this.dynamic()
      else fail()
    }
    const content = this.out.slice(0, this.size)
    if (this.at + 4 > this.data.length) fail('the stream is cut off')
    const [a, b, c, d] = this.data.subarray(this.at, this.at + 4)
    if (((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0 !== adler32(content)) fail()
    if (this.at + 4 !== this.data.length) fail('bytes follow the stream')
    return content
  }

  private bits(count: number): number {
    while (this.heldBits < count) {
      if (this.at >= this.data.length) fail('the stream is cut off')
      this.held |= this.data[this.at++]! << this.heldBits
      this.heldBits += 8
    }
    const value = this.held & ((1 << count) - 1)
    this.held >>>= count
    this.heldBits -= count
    return value
  }

  private symbol({ counts, symbols }: Code): number {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; length <= MAX_BITS; length++) {
      code |= this.bits(1)
      const count = counts[length]!
      if (code - count < first) return symbols[index + code - first]!
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return fail()
  }

  private room(length: number): void {
    const needed = this.size + length
    if (needed > this.limit) throw new VerifyError('size', `more than ${this.limit} bytes`)
    if (needed <= this.out.length) return
    const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, this.out.length * 2)))
    larger.set(this.out)
    this.out = larger
  }

  private stored(): void {
    this.held = 0
    this.heldBits = 0
    const at = this.at
    if (at + 4 > this.data.length) fail('the stream is cut off')
    const length = this.data[at]! | (this.data[at + 1]! << 8)
    if ((length ^ 0xffff) !== (this.data[at + 2]! | (this.data[at + 3]! << 8))) fail()
    const chunk = this.data.subarray(at + 4, at + 4 + length)
    this.room(chunk.length)
    if (chunk.length < length) fail('the stream is cut off')
    this.out.set(chunk, this.size)
    this.size += length
    this.at = at + 4 + length
  }

  private dynamic(): void {
    const lengthCount = this.bits(5) + 257
    const distanceCount = this.bits(5) + 1
    const orderCount = this.bits(4) + 4
    if (lengthCount > 286 || distanceCount > 30) fail()
    const order = new Uint8Array(19)
    for (let i = 0; i < orderCount; i++) order[LENGTH_ORDER[i]!] = this.bits(3)
    const code = makeCode(order, false)
    const lengths = new Uint8Array(lengthCount + distanceCount)
    for (let i = 0; i < lengths.length; ) {
      const symbol = this.symbol(code)
      if (symbol < 16) {
        lengths[i++] = symbol
        continue
      }
      if (symbol === 16 && i === 0) fail()
      const value = symbol === 16 ? lengths[i - 1]! : 0
      const repeat = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7)
      if (i + repeat > lengths.length) fail()
      lengths.fill(value, i, i + repeat)
      i += repeat
    }
    if (!lengths[256]) fail()
    this.block(makeCode(lengths.subarray(0, lengthCount), true), makeCode(lengths.subarray(lengthCount), true))
  }

  private block(lengths: Code, distances: Code): void {
    for (;;) {
      const symbol = this.symbol(lengths)
      if (symbol === 256) return
      if (symbol < 256) {
        this.room(1)
        this.out[this.size++] = symbol
        continue
      }
      if (symbol > 285) fail()
      const length = this.length(symbol - 257)
      const distanceSymbol = this.symbol(distances)
      if (distanceSymbol > 29) fail()
      const extra = distanceSymbol < 2 ? 0 : (distanceSymbol >> 1) - 1
      const base = distanceSymbol < 2 ? distanceSymbol + 1 : ((2 + (distanceSymbol & 1)) << extra) + 1
      const distance = base + this.bits(extra)
      if (distance > this.size) fail()
      this.room(length)
      for (let i = 0; i < length; i++, this.size++) this.out[this.size] = this.out[this.size - distance]!
    }
  }

  private length(index: number): number {
    if (index < 8) return index + 3
    if (index === 28) return 258
    const extra = (index >> 2) - 1
    return ((4 + (index & 3)) << extra) + 3 + this.bits(extra)
  }
}

function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a += byte
    if (a >= 65521) a -= 65521
    b += a
    if (b >= 65521) b -= 65521
  }
  return ((b << 16) | a) >>> 0
}

/** Returns the content of one zlib stream with nothing after it. Throws VerifyError `size` above `limit` bytes, else `inflate`. */
export function inflate(data: Bytes, limit: number): Bytes {
  const [method, flags] = data
  if (method === undefined || flags === undefined) return fail('the stream is cut off')
  if ((method & 15) !== 8 || method >> 4 > 7 || ((method << 8) | flags) % 31 || flags & 32) fail()
  return new Inflater(data, limit).run()
}
