const WIDTH = 10
const HEIGHT = 18
const GAP = 2
const PER_LINE = 14
const MOST = 30

/** The days of a limit as boxes, a line of fourteen at most, those that are used filled: two paths however many there are. Pure. */
export function dayBoxes(used: number, total: number): { all: string; used: string; width: number; height: number } {
  const shown = Math.min(total, MOST)
  const box = (day: number): string => {
    const x = (day % PER_LINE) * (WIDTH + GAP) + 0.75
    const y = Math.floor(day / PER_LINE) * (HEIGHT + GAP) + 0.75
    return `M${x} ${y}h${WIDTH - 1.5}v${HEIGHT - 1.5}h-${WIDTH - 1.5}z`
  }
  const days = Array.from({ length: shown }, (_, day) => box(day))
  const lines = Math.ceil(shown / PER_LINE)
  return { all: days.join(''), used: days.slice(0, Math.min(used, shown)).join(''), width: Math.min(shown, PER_LINE) * (WIDTH + GAP) - GAP, height: lines * (HEIGHT + GAP) - GAP }
}
