import { MAX_BYTES, PDF } from '../fileLimits'

/** Limits of a photo as it leaves the phone. */
export const MAX_SIDE = 2560
/** Nothing a phone's camera makes is larger; beyond it decoding could take the page down. */
export const MAX_SOURCE_BYTES = 60_000_000
/** A camera writes a small picture and much else before it says how large the real one is. */
const HEAD_BYTES = 512 * 1024
/** Tried in turn until the photo is small enough: how much of the longest side, and the JPEG quality. */
const TRIES = [[1, 0.86], [1, 0.7], [1, 0.5], [0.7, 0.6], [0.5, 0.5]] as const

/** More would fill a cheap phone's memory while it is decoded. */
export const MAX_PIXELS = 110_000_000

export type FileFailure = 'unreadable' | 'too-large' | 'empty' | 'pixels' | 'pdf' | 'pdf-damaged' | 'pdf-locked'

/**
 * The file cannot be used: `unreadable` (no JPEG or PNG that this browser decodes), `too-large` (bytes), `empty`, `pixels` (too
 * many of them), `pdf` (where pictures alone are taken), `pdf-damaged`, or `pdf-locked` by a password.
 */
export class FileRefused extends Error {
  override name = 'FileRefused'
  constructor(
    readonly reason: FileFailure,
    readonly size: number,
    readonly limit: number = MAX_BYTES,
  ) {
    super(`The file is ${reason}: ${size}, at most ${limit}.`)
  }
}

/** Width and height within MAX_SIDE, in the same proportion. */
export function fit(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Width times height, as the head of a PNG or JPEG says it, before anything is decoded; null where it does not. Pure. */
export function pixelsOf(head: Uint8Array): number | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (head.length >= 24 && view.getUint32(0) === 0x89504e47) return view.getUint32(16) * view.getUint32(20)
  if (head.length < 4 || view.getUint16(0) !== 0xffd8) return null
  for (let at = 2; at + 9 < head.length && head[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = head[at + 1] ?? 0
    // Every start of a frame says the size; C4, C8 and CC are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return view.getUint16(at + 5) * view.getUint16(at + 7)
  }
  return null
}

async function encode(bitmap: ImageBitmap, scale: number, quality: number): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  const { width, height } = fit(bitmap.width, bitmap.height)
  Object.assign(canvas, { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) })
  const context = canvas.getContext('2d')
  if (!context) return null
  // A transparent PNG would turn black in a JPEG.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
}

/**
 * Draws the photo anew as a JPEG of at most MAX_SIDE pixels and `limit` bytes: what the camera wrote into the file, the
 * place it was taken above all, stays on the phone. The limit is that of the result; a camera's 30 MB are welcome.
 * Raises FileRefused.
 */
export async function preparePhoto(file: Blob, limit: number = MAX_BYTES): Promise<Blob> {
  if (file.size === 0) throw new FileRefused('empty', 0)
  if (file.size > MAX_SOURCE_BYTES) throw new FileRefused('too-large', file.size, MAX_SOURCE_BYTES)
  const pixels = pixelsOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()))
  if (pixels !== null && pixels > MAX_PIXELS) throw new FileRefused('pixels', pixels, MAX_PIXELS)
  // Browsers of before the option's value refuse it; they turn the picture by themselves.
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => createImageBitmap(file)).catch(() => null)
  if (!bitmap) throw new FileRefused('unreadable', file.size)
  let size = 0
  try {
    for (const [scale, quality] of TRIES) {
      const blob = await encode(bitmap, scale, quality)
      if (!blob) throw new FileRefused('unreadable', file.size)
      if (blob.size <= limit) return blob
      size = blob.size
    }
  } finally {
    bitmap.close()
  }
  throw new FileRefused('too-large', size, limit)
}

/** A PDF as it is, if the server may take it: whole, without a password, within `limit` bytes. The rest the server judges. Raises FileRefused. */
async function checkPdf(file: Blob, limit: number): Promise<Blob> {
  if (file.size > limit) throw new FileRefused('too-large', file.size, limit)
  const text = new TextDecoder('latin1').decode(await file.arrayBuffer())
  if (!text.startsWith('%PDF-') || !text.includes('%%EOF', Math.max(0, text.length - 2048))) throw new FileRefused('pdf-damaged', file.size)
  if (text.includes('/Encrypt')) throw new FileRefused('pdf-locked', file.size)
  return new Blob([file], { type: PDF })
}

/** What leaves the phone of a chosen file: a photo drawn anew, or a PDF as it is where those are taken. Raises FileRefused. */
export async function prepareFile(file: Blob, limit: number = MAX_BYTES, accept: readonly string[] = []): Promise<Blob> {
  const isPdf = file.type === PDF || (await file.slice(0, 5).text()) === '%PDF-'
  if (!isPdf) return preparePhoto(file, limit)
  if (!accept.includes(PDF)) throw new FileRefused('pdf', file.size)
  if (file.size === 0) throw new FileRefused('empty', 0)
  return checkPdf(file, limit)
}
