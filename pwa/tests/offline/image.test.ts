import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MAX_BYTES, PDF } from '../../src/fileLimits'
import { fit, MAX_PIXELS, MAX_SIDE, MAX_SOURCE_BYTES, FileRefused, pixelsOf, prepareFile, preparePhoto } from '../../src/offline/image'

const MEGABYTE = 1_000_000
const source = (bytes: number, head: Uint8Array<ArrayBuffer> = new Uint8Array(8)): Blob => ({ size: bytes, type: 'image/jpeg', slice: () => new Blob([head]) }) as unknown as Blob
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
    await expect(preparePhoto(source(0))).rejects.toEqual(new FileRefused('empty', 0))
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('no picture')))
    await expect(preparePhoto(source(5))).rejects.toMatchObject({ reason: 'unreadable' })
  })
})

/** The head of a PNG or JPEG that says it has this size. */
function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(33))
  view.setUint32(0, 0x89504e47)
  view.setUint32(16, width)
  view.setUint32(20, height)
  return new Uint8Array(view.buffer)
}
function jpeg(width: number, height: number): Uint8Array<ArrayBuffer> {
  const size = [height >> 8, height & 255, width >> 8, width & 255]
  return new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xc4, 0, 4, 9, 9, 0xff, 0xc2, 0, 17, 8, ...size, 3, 0, 0, 0, 0, 0, 0])
}

describe('how many pixels a picture has', () => {
  test('is read from its head, past what the camera wrote before', () => {
    expect(pixelsOf(png(20_000, 20_000))).toBe(400_000_000)
    expect(pixelsOf(jpeg(4_000, 3_000))).toBe(12_000_000)
  })

  test('is not known of anything else, however short or broken', () => {
    const broken = [[], [0xff], [0xff, 0xd8], [0xff, 0xd8, 0xff, 0xe1, 0, 0], Array.from(png(3, 3)).slice(0, 20), [1, 2, 3, 4, 5]].map((bytes) => new Uint8Array(bytes))
    expect(broken.map(pixelsOf)).toEqual(broken.map(() => null))
  })

  test('decides before anything is decoded', async () => {
    await expect(preparePhoto(source(500_000, png(20_000, 20_000)))).rejects.toEqual(new FileRefused('pixels', 400_000_000, MAX_PIXELS))
    expect([drawn, closed]).toEqual([[], 0])
  })
})

describe('a PDF', () => {
  const pdf = (text: string, name = PDF) => new Blob([text], { type: name })
  const whole = '%PDF-1.7 1 0 obj <<>> endobj trailer <<>> %%EOF\n'

  test('is taken as it is where the material takes PDFs, also under a picture’s type', async () => {
    for (const type of [PDF, 'image/jpeg', '']) {
      const ready = await prepareFile(pdf(whole, type), 1_000, ['image/jpeg', PDF])
      expect([ready.type, await ready.text()]).toEqual([PDF, whole])
    }
  })

  test.each([
    ['pdf', whole, ['image/jpeg']],
    ['pdf-damaged', whole.slice(0, 20), [PDF]],
    ['pdf-damaged', 'a text with the wrong name', [PDF]],
    ['pdf-locked', whole.replace('<<>> %%', '<</Encrypt 5 0 R>> %%'), [PDF]],
    ['too-large', whole + ' '.repeat(1_000) + '%%EOF', [PDF]],
    ['empty', '', [PDF]],
  ])('is refused as %s', async (reason, text, accept) => {
    await expect(prepareFile(pdf(text), 1_000, accept)).rejects.toMatchObject({ reason })
  })
})
