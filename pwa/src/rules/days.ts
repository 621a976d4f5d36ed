/** Legal days as whole numbers, counted from 1970-01-01; no time zone enters. */

const MILLISECONDS = 86_400_000

/** The day that `YYYY-MM-DD` names, or null when it is no day of the Gregorian calendar, years 1 to 9999. */
export function parseDay(text: string): number | null {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text)
  if (match === null || match[1] === '0000') return null
  const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]))
  return dayText(day) === text ? day : null
}

/** The number of a day; a month or day past its end runs on into the next. */
export function dayOf(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / MILLISECONDS
}

/** `YYYY-MM-DD` of a day number in the years 0 to 9999. */
export function dayText(day: number): string {
  return new Date(day * MILLISECONDS).toISOString().slice(0, 10)
}

/** Saturday or Sunday. */
export function isWeekend(day: number): boolean {
  const weekday = new Date(day * MILLISECONDS).getUTCDay()
  return weekday === 0 || weekday === 6
}

/** The day number of an instant (milliseconds since 1970) in Asia/Shanghai, where legal days are counted. */
export function legalDay(instant: number): number {
  return Math.floor((instant + 8 * 3_600_000) / MILLISECONDS)
}
