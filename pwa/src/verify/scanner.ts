import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

/** Kept apart from the app's own files: a megabyte that only phones with the verifier need. */
export const SCANNER_CACHE = 'zhangban-scanner'
const LOOK_EVERY_MS = 120
const MAX_PHOTO_BYTES = 30 * 1024 * 1024
const MAX_SIDE = 2_000

export type CameraFailure = 'not-supported' | 'denied' | 'no-camera' | 'busy' | 'no-scanner'
export type PhotoFailure = 'too-large' | 'no-code' | 'unreadable' | 'no-scanner'

/** The scanner's program is not on this phone and the server was not reached. */
export class ScannerMissing extends Error {
  override name = 'ScannerMissing'
}

/** Reading a photo ended so: it is too large, no picture, or holds no code that could be made out. */
export class PhotoFailed extends Error {
  override name = 'PhotoFailed'
  constructor(readonly reason: PhotoFailure) {
    super(`The photo could not be read: ${reason}.`)
  }
}

type Decode = (image: ImageData) => Promise<string | null>

const cache = (): Promise<Cache> | null => (typeof caches === 'undefined' ? null : caches.open(SCANNER_CACHE))

async function wasmBytes(): Promise<ArrayBuffer> {
  const kept = await (await cache())?.match(wasmUrl)
  if (kept) return kept.arrayBuffer()
  const response = await fetch(wasmUrl).catch(() => null)
  if (!response?.ok) throw new ScannerMissing('The scanner could not be fetched.')
  const store = await cache()
  if (store) {
    // An earlier version's file is never asked for again.
    for (const old of await store.keys()) if (!old.url.endsWith(wasmUrl)) await store.delete(old)
    await store.put(wasmUrl, response.clone()).catch(() => undefined)
  }
  return response.arrayBuffer()
}

let decoder: Promise<Decode> | null = null

async function makeDecoder(): Promise<Decode> {
  const [{ prepareZXingModule, readBarcodes }, wasmBinary] = await Promise.all([import('zxing-wasm/reader'), wasmBytes()])
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true })
  return async (image) => {
    const found = await readBarcodes(image, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 })
    return found.find((code) => code.isValid)?.text ?? null
  }
}

/** Raises ScannerMissing. */
function theDecoder(): Promise<Decode> {
  decoder ??= makeDecoder()
  decoder.catch(() => {
    decoder = null
  })
  return decoder
}

/** Puts the scanner on this phone while there is a network, so that it works later without. Never throws. */
export async function keepScanner(): Promise<void> {
  await Promise.all([import('zxing-wasm/reader'), wasmBytes()]).catch(() => undefined)
}

function pixels(source: CanvasImageSource, width: number, height: number): ImageData | null {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return null
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

/** The text of the code in a photo. Raises PhotoFailed. */
export async function readPhoto(file: Blob): Promise<string> {
  if (file.size > MAX_PHOTO_BYTES) throw new PhotoFailed('too-large')
  const bitmap = await createImageBitmap(file).catch(() => null)
  const image = bitmap && pixels(bitmap, bitmap.width, bitmap.height)
  bitmap?.close()
  if (!image) throw new PhotoFailed('unreadable')
  const decode = await theDecoder().catch(() => {
    throw new PhotoFailed('no-scanner')
  })
  const text = await decode(image)
  if (text === null) throw new PhotoFailed('no-code')
  return text
}

/** Why the browser gave no camera. */
export function cameraFailureOf(error: unknown): CameraFailure {
  if (error instanceof ScannerMissing) return 'no-scanner'
  const name = (error as { name?: unknown } | null)?.name
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'no-camera'
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'not-supported'
}

/**
 * Shows the camera in the video and looks for a code until one is found or the signal ends it; resolves with the text,
 * or null when ended. The camera is off afterwards. Rejects with what `cameraFailureOf` names.
 */
export async function scanCamera(video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  if (!navigator.mediaDevices?.getUserMedia) throw new TypeError('no camera interface')
  const loading = theDecoder()
  // The person decides about the camera while the scanner loads; its failure is looked at below.
  loading.catch(() => undefined)
  const wanted = { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 960 } }
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false })
  try {
    const decode = await loading
    video.srcObject = stream
    await video.play()
    while (!signal.aborted) {
      const image = video.videoWidth > 0 ? pixels(video, video.videoWidth, video.videoHeight) : null
      const text = image && (await decode(image))
      if (text) return text
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
    return null
  } finally {
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  }
}
