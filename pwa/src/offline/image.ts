/** Limits of a photo as it leaves the phone. */
export const MAX_SIDE = 2560
export const MAX_BYTES = 10 * 1024 * 1024
/** Nothing a phone's camera makes is larger; beyond it decoding could take the page down. */
const MAX_SOURCE_BYTES = 60 * 1024 * 1024
const QUALITIES = [0.86, 0.7, 0.5]

export type PhotoFailure = 'unreadable' | 'too-large' | 'empty'

/** The photo cannot be used: `unreadable` (no JPEG or PNG that this browser decodes), `too-large`, or `empty`. */
export class PhotoRefused extends Error {
  override name = 'PhotoRefused'
  constructor(
    readonly reason: PhotoFailure,
    readonly size: number,
    readonly limit: number = MAX_BYTES,
  ) {
    super(`The photo is ${reason}: ${size} bytes, at most ${limit}.`)
  }
}

/** Width and height within MAX_SIDE, in the same proportion. */
export function fit(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

async function encode(canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
}

/**
 * Draws the photo anew as a JPEG of at most MAX_SIDE pixels and MAX_BYTES: what the camera wrote into the file, the
 * place it was taken above all, stays on the phone. Raises PhotoRefused.
 */
export async function preparePhoto(file: Blob): Promise<Blob> {
  if (file.size === 0) throw new PhotoRefused('empty', 0)
  if (file.size > MAX_SOURCE_BYTES) throw new PhotoRefused('too-large', file.size, MAX_SOURCE_BYTES)
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (!bitmap) throw new PhotoRefused('unreadable', file.size)
  const canvas = document.createElement('canvas')
  Object.assign(canvas, fit(bitmap.width, bitmap.height))
  const context = canvas.getContext('2d')
  if (!context) throw new PhotoRefused('unreadable', file.size)
  // A transparent PNG would turn black in a JPEG.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  let size = 0
  for (const quality of QUALITIES) {
    const blob = await encode(canvas, quality)
    if (!blob) throw new PhotoRefused('unreadable', file.size)
    if (blob.size <= MAX_BYTES) return blob
    size = blob.size
  }
  throw new PhotoRefused('too-large', size)
}
