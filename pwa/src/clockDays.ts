import type { Clock, ClockLane } from './api/types'

export type DayKind = 'start' | 'used' | 'left' | 'rest' | 'pause' | 'extra' | 'none'

const dayMilliseconds = 86_400_000
const number = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMilliseconds
const text = (day: number): string => new Date(day * dayMilliseconds).toISOString().slice(0, 10)

/** Beyond this a cell is too narrow to see on a phone: the facts beneath then stand alone. */
export const drawableDays = 75

/** Every day of the common axis, from the start to the latest of the due dates, today included. */
export function axisOf(clock: Clock): string[] {
  const first = number(clock.started)
  const last = Math.max(...clock.lanes.map((lane) => number(lane.due)), clock.state === 'done' ? 0 : number(clock.today))
  return Array.from({ length: last - first + 1 }, (_, index) => text(first + index))
}

/** What each day of the axis is to one limit: counted days are used up to today and left, or extra, after it. Pure. */
export function laneDays(lane: ClockLane, axis: readonly string[], today: string): DayKind[] {
  return axis.map((day) => {
    const line = lane.lines.find((one) => one.first <= day && day <= one.last)
    if (!line) return 'none'
    if (line.kind !== 'counted') return line.kind
    return day <= today ? 'used' : line.code.endsWith('extension') ? 'extra' : 'left'
  })
}
