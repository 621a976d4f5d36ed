/** How a picture lies in its frame: how far it was moved from the middle (pixels), how much enlarged, how far turned (degrees). */
export interface Lie {
  x: number
  y: number
  scale: number
  turn: 0 | 90 | 180 | 270
}

export interface Size {
  width: number
  height: number
}

export const LEAST = 1
export const MOST = 8
export const flat = (): Lie => ({ x: 0, y: 0, scale: 1, turn: 0 })

/** By how much a picture that lies on its side must shrink to fit the frame that it fits upright. Pure. */
export function fitting(picture: Size, frame: Size, turn: Lie['turn']): number {
  if (turn % 180 === 0 || !picture.width || !picture.height) return 1
  return Math.min(1, frame.width / picture.height, frame.height / picture.width)
}

function rotated(x: number, y: number, turn: number): [number, number] {
  const quarter = (((turn / 90) % 4) + 4) % 4
  return quarter === 0 ? [x, y] : quarter === 1 ? [-y, x] : quarter === 2 ? [-x, -y] : [y, -x]
}

/**
 * Which place of the picture lies at a point of the frame, measured from its middle: in ten-thousandths of width and height, null
 * beside the picture. Pure.
 */
export function placeAt(point: { x: number; y: number }, lie: Lie, picture: Size, frame: Size): { across: number; down: number } | null {
  const scale = lie.scale * fitting(picture, frame, lie.turn)
  const [x, y] = rotated((point.x - lie.x) / scale, (point.y - lie.y) / scale, -lie.turn)
  const across = Math.round((x / picture.width + 0.5) * 10_000)
  const down = Math.round((y / picture.height + 0.5) * 10_000)
  return across < 0 || across > 10_000 || down < 0 || down > 10_000 || Number.isNaN(across + down) ? null : { across, down }
}

/** Enlarges by a factor so that what lies at a point of the frame, measured from its middle, stays there. Pure. */
export function enlarged(lie: Lie, factor: number, point: { x: number; y: number } = { x: 0, y: 0 }): Lie {
  const scale = Math.min(MOST, Math.max(LEAST, lie.scale * factor))
  const by = scale / lie.scale
  return scale === LEAST ? { ...lie, scale, x: 0, y: 0 } : { ...lie, scale, x: point.x - (point.x - lie.x) * by, y: point.y - (point.y - lie.y) * by }
}

/** Turns a quarter to the right about the frame's middle. Pure. */
export const turned = (lie: Lie): Lie => ({ ...lie, x: -lie.y, y: lie.x, turn: ((lie.turn + 90) % 360) as Lie['turn'] })
