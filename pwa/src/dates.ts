import { language } from './messages'

const zone = 'Asia/Shanghai'
const locales = { zh: 'zh-CN', en: 'en-GB' } as const

function parts(instant: Date, options: Intl.DateTimeFormatOptions, timeZone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat(locales[language.current], { ...options, timeZone })
  return Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]))
}

// A legal day has no zone of its own: read as UTC and written as UTC it stays the day it is.
const dayOf = (day: string): Date => new Date(`${day}T00:00:00Z`)

function written(instant: Date, timeZone: string, weekday: boolean, year: boolean): string {
  const p = parts(instant, { year: 'numeric', month: language.current === 'zh' ? 'numeric' : 'short', day: 'numeric', weekday: 'short' }, timeZone)
  if (language.current === 'zh') {
    return `${year ? `${p.year}年` : ''}${p.month}月${p.day}日${weekday ? `（${p.weekday}）` : ''}`
  }
  return `${weekday ? `${p.weekday} ` : ''}${p.day} ${p.month}${year ? ` ${p.year}` : ''}`
}

/** A legal day in words: `11月23日（周一）`, `Mon 23 Nov`. */
export function legalDay(day: string, options: { weekday?: boolean; year?: boolean } = {}): string {
  return written(dayOf(day), 'UTC', options.weekday ?? true, options.year ?? false)
}

/** The day of an instant in Beijing time, without the time of day. */
export function dayOfInstant(instant: string | number, options: { weekday?: boolean; year?: boolean } = {}): string {
  return written(new Date(instant), zone, options.weekday ?? false, options.year ?? false)
}

/** The time of day of an instant in Beijing time: `10:32`. */
export function timeOfDay(instant: string | number): string {
  const p = parts(new Date(instant), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone)
  return `${p.hour}:${p.minute}`
}

/** The legal day (in Beijing) an instant falls on, as `YYYY-MM-DD`. */
export function legalDayOf(instant: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(instant)
}

/** How many calendar days ago a legal day was, seen from today in Beijing; negative when it is still to come. */
export function daysAfter(day: string): number {
  return Math.round((dayOf(legalDayOf(new Date())).getTime() - dayOf(day).getTime()) / 86_400_000)
}

/** `10:32` today, `11月4日 10:32` before. */
export function moment(instant: string | number): string {
  const time = timeOfDay(instant)
  return legalDayOf(new Date(instant)) === legalDayOf(new Date()) ? time : `${dayOfInstant(instant)} ${time}`
}
