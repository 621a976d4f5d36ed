/** How much of each side of a picture is left out, in per cent. */
export interface Crop {
  top: number
  right: number
  bottom: number
  left: number
}
export type Side = keyof Crop

export const SIDES: readonly Side[] = ['top', 'right', 'bottom', 'left']
export const WHOLE: Crop = { top: 0, right: 0, bottom: 0, left: 0 }
/** What stays between two sides, at the least. */
const LEAST = 10
const OPPOSITE: Record<Side, Side> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' }

/** The crop with one side set, as far as the other side leaves room. Pure. */
export function cut(crop: Crop, side: Side, percent: number): Crop {
  return { ...crop, [side]: Math.min(Math.max(0, Math.round(percent)), 100 - LEAST - crop[OPPOSITE[side]]) }
}

/** The same part of the picture after a quarter turn to the right, or to the left. Pure. */
export function turned({ top, right, bottom, left }: Crop, way: 1 | -1): Crop {
  return way === 1 ? { top: left, right: top, bottom: right, left: bottom } : { top: right, right: bottom, bottom: left, left: top }
}

/** What stays of a picture of this size, in pixels. Pure. */
export function kept(width: number, height: number, crop: Crop): { x: number; y: number; width: number; height: number } {
  const [x, y] = [Math.round((width * crop.left) / 100), Math.round((height * crop.top) / 100)]
  const right = width - Math.round((width * crop.right) / 100)
  const bottom = height - Math.round((height * crop.bottom) / 100)
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) }
}

/** The side that is nearest to a point, given in per cent of width and height. Pure. */
export function nearest(crop: Crop, x: number, y: number): Side {
  const away: Record<Side, number> = { top: Math.abs(y - crop.top), bottom: Math.abs(100 - y - crop.bottom), left: Math.abs(x - crop.left), right: Math.abs(100 - x - crop.right) }
  return SIDES.reduce((best, side) => (away[side] < away[best] ? side : best))
}

/** How far a point is from a side's edge of the picture, in per cent. Pure. */
export const reached = (side: Side, x: number, y: number): number => ({ top: y, bottom: 100 - y, left: x, right: 100 - x })[side]
