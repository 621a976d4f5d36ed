import { correction, generate, mode, type Bitmap2D } from 'lean-qr'

/** ISO/IEC 18004: four modules of white on each side. */
const QUIET = 4
/** lean-qr encodes other characters without complaint, into a symbol that says something else. */
const ALPHABET = /^[0-9A-Z $%*+\-./:]+$/

/** A symbol as one SVG path; `size` is the side of its view box in modules, quiet zone included. */
export interface Symbol {
  path: string
  size: number
}

/**
 * Draws the text as a QR code in alphanumeric mode, level M. The path is for black on white, in every theme: readers
 * fail on inverted ones. Raises RangeError for other characters, and lean-qr's Error when the text does not fit.
 */
export function drawQr(text: string): Symbol {
  if (!ALPHABET.test(text)) throw new RangeError('The text has characters outside the alphanumeric alphabet of QR codes.')
  const level = { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M }
  return pathOf(generate(mode.alphaNumeric(text), level))
}

/** As `drawQr`, for an address in any characters. Raises lean-qr's Error when it does not fit. */
export function drawAddress(address: string): Symbol {
  return pathOf(generate(address, { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M }))
}

function pathOf(bitmap: Bitmap2D): Symbol {
  let path = ''
  for (let y = 0; y < bitmap.size; y += 1) {
    for (let x = 0; x < bitmap.size; x += 1) {
      if (!bitmap.get(x, y)) continue
      const start = x
      while (x < bitmap.size && bitmap.get(x, y)) x += 1
      path += `M${start + QUIET} ${y + QUIET}h${x - start}v1H${start + QUIET}z`
    }
  }
  return { path, size: bitmap.size + 2 * QUIET }
}
