import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fit, MAX_BYTES, MAX_SIDE, MAX_SOURCE_BYTES, PhotoRefused, preparePhoto } from '../../src/offline/image'

const MEGABYTE = 1_000_000
const source = (bytes: number): Blob => ({ size: bytes, type: 'image/jpeg' }) as Blob
let drawn: { width: number; height: number; quality: number }[]
let bytesPerPixel: number
let closed: number

/** A canvas that "encodes" to a size by its area and quality, as a real one roughly does. */
function canvas() {
  const self = {
    width: 0,
    height: 0,
    getContext: () => ({ fillRect: () => undefined, drawImage: () => undefined }),
    toBlob(done: (blob: Blob) => void, type: string, quality: number) {
      drawn.push({ width: self.width, height: self.height, quality })
      done({ size: Math.round(self.width * self.height * bytesPerPixel * quality), type } as Blob)
    },
  }
  return self
}

beforeEach(() => {
  ;[drawn, bytesPerPixel, closed] = [[], 0.3, 0]
  vi.stubGlobal('document', { createElement: canvas })
  vi.stubGlobal('createImageBitmap', async () => ({ width: 8_160, height: 6_120, close: () => (closed += 1) }))
})
afterEach(() => vi.unstubAllGlobals())

describe('a picture from a phone’s camera', () => {
  test('of 30 MB and 50 megapixels is taken and leaves at most 2560 pixels wide', async () => {
    const photo = await preparePhoto(source(30 * MEGABYTE))
    expect(photo.type).toBe('image/jpeg')
    expect(photo.size).toBeLessThanOrEqual(MAX_BYTES)
    expect(drawn).toEqual([{ ...fit(8_160, 6_120), quality: 0.86 }])
    expect(drawn[0]?.width).toBe(MAX_SIDE)
    expect(closed).toBe(1)
  })

  test('is made plainer, then smaller, until it is within what the material takes', async () => {
    const photo = await preparePhoto(source(30 * MEGABYTE), 400_000)
    expect(photo.size).toBeLessThanOrEqual(400_000)
    expect(drawn.map((each) => each.quality)).toEqual([0.86, 0.7, 0.5, 0.6, 0.5])
    expect(drawn.at(-1)?.width).toBe(MAX_SIDE / 2)
  })

  test('that cannot be made small enough names the size it came to and the limit', async () => {
    await expect(preparePhoto(source(30 * MEGABYTE), 1_000)).rejects.toMatchObject({ reason: 'too-large', limit: 1_000 })
    expect(closed).toBe(1)
  })
})

describe('what is no camera’s picture', () => {
  test('is refused before it is decoded when it is beyond any camera', async () => {
    await expect(preparePhoto(source(MAX_SOURCE_BYTES + 1))).rejects.toMatchObject({ reason: 'too-large', limit: MAX_SOURCE_BYTES })
    expect(drawn).toEqual([])
  })

  test('is refused as empty or unreadable', async () => {
    await expect(preparePhoto(source(0))).rejects.toEqual(new PhotoRefused('empty', 0))
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('no picture')))
    await expect(preparePhoto(source(5))).rejects.toMatchObject({ reason: 'unreadable' })
  })
})
