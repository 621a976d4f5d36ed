import { dayOfInstant, timeOfDay } from './dates'

/** From when something is in force, in words: its day where it begins at midnight, else the time of day too. */
export function inForceFrom(instant: string): string {
  const time = timeOfDay(instant)
  const day = dayOfInstant(instant, { year: true })
  return time === '00:00' ? day : `${day} ${time}`
}
