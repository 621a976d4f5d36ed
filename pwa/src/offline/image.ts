/** Limits of a photo as it leaves the phone. */
export const MAX_SIDE = 2560
export const MAX_BYTES = 10 * 1024 * 1024
/** Nothing a phone's camera makes is larger; beyond it decoding could take the page down. */
export const MAX_SOURCE_BYTES = 60_000_000
/** Tried in turn until the photo is small enough: how much of the longest side, and the JPEG quality. */
const TRIES = [[1, 0.86], [1, 0.7], [1, 0.5], [0.7, 0.6], [0.5, 0.5]] as const

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
 * Raises PhotoRefused.
 */
export async function preparePhoto(file: Blob, limit: number = MAX_BYTES): Promise<Blob> {
  if (file.size === 0) throw new PhotoRefused('empty', 0)
  if (file.size > MAX_SOURCE_BYTES) throw new PhotoRefused('too-large', file.size, MAX_SOURCE_BYTES)
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (!bitmap) throw new PhotoRefused('unreadable', file.size)
  let size = 0
  try {
    for (const [scale, quality] of TRIES) {
      const blob = await encode(bitmap, scale, quality)
      if (!blob) throw new PhotoRefused('unreadable', file.size)
      if (blob.size <= limit) return blob
      size = blob.size
    }
  } finally {
    bitmap.close()
  }
  throw new PhotoRefused('too-large', size, limit)
}
