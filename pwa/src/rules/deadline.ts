/** The legal clock: when something is due, and why, day by day. Pure; the twin is `backend/foundation/clock_rules.py`. */
import { dayText, isWeekend, parseDay } from './days.ts'

export type Unit = 'workday' | 'day'
export type Basis = 'published' | 'estimate'
export type LimitName = 'promised' | 'statutory'
export type ClockFault = 'days' | 'pause-reversed' | 'date-range'

export const MAX_DAYS = 3650
const LAST_DAY = parseDay('9999-12-31') as number
// Statutory days that are the same each year in both calendars; lunar ones cannot be known before they are published.
const FIXED_HOLIDAYS = new Set(['01-01', '05-01', '05-02', '10-01', '10-02', '10-03'])

/** Mondays to Fridays that are free and weekend days that are worked, as `MM-DD`, by published year. */
export type PublishedYears = ReadonlyMap<string, { holidays: ReadonlySet<string>; workdays: ReadonlySet<string> }>

/** Whole days on which the clock stands still, both inclusive; `last` null: it has not been ended yet. */
export interface Pause { first: string; last: string | null; code?: string }

/** A run of days of one kind, both inclusive, and the code of the reason (see the Python twin for the codes). */
export interface ClockLine { first: string; last: string; kind: 'start' | 'counted' | 'rest' | 'pause'; code: string }

export interface Deadline { date: string; basis: Basis; lines: ClockLine[] }
/** So many days of a unit, and the days by which it was extended; `joint` where several departments handle it jointly. */
export interface Limit { days: number; unit: Unit; extension?: number; joint?: boolean }

/** One limit on one day: `used` + `left` = its days with the extension; `overdue` counts days of its unit after the due date. */
export interface LimitClock {
  name: LimitName; limit: Limit; due: string; basis: Basis; used: number; left: number; overdue: number; lines: ClockLine[]
}

/** All limits of a case on one day; `due` is the earliest, of the limit named `governing`, with its basis. */
export interface Clock { limits: LimitClock[]; due: string | null; basis: Basis | null; governing: LimitName | null; paused: boolean }

/** The limit of a single step on one day: `days` are those that count, `used` + `left` = `days`. */
export interface StepClock { days: number; unit: Unit; due: string; basis: Basis; used: number; left: number; overdue: number; lines: ClockLine[] }

/** The days asked for are outside 0 to 3,650, a pause ends before it begins, or the answer lies after year 9999. */
export class ClockRefused extends Error {
  constructor(readonly code: ClockFault, message: string) {
    super(message)
  }
}

interface Stretch { first: number; last: number; code: string }
interface Run { first: number; last: number; kind: ClockLine['kind']; code: string }

/** Whether `day` is worked, by publication or else by estimate from weekends and fixed statutory days. */
export function isWorkday(day: number, calendar: PublishedYears): boolean {
  const text = dayText(day)
  const published = calendar.get(text.slice(0, 4))
  const monthDay = text.slice(5)
  if (published === undefined) return !isWeekend(day) && !FIXED_HOLIDAYS.has(monthDay)
  return isWeekend(day) ? published.workdays.has(monthDay) : !published.holidays.has(monthDay)
}

function dayNumber(text: string): number {
  const day = parseDay(text)
  if (day === null) throw new RangeError(`not a day: ${text}`)
  return day
}

const byFirstThenLastThenCode = (a: Stretch, b: Stretch): number =>
  a.first - b.first || a.last - b.last || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)

/** Disjoint stretches in order; where pauses overlap the one that began first names the days. */
function united(pauses: readonly Pause[], today: number | null): Stretch[] {
  const closed = pauses.map((pause) => {
    const first = dayNumber(pause.first)
    const last = pause.last === null ? Math.max(first, today ?? first) : dayNumber(pause.last)
    if (last < first) throw new ClockRefused('pause-reversed', `a pause ends on ${dayText(last)}, before it begins on ${pause.first}`)
    return { first, last, code: pause.code ?? 'pause' }
  })
  const stretches: Stretch[] = []
  for (const { first, last, code } of closed.sort(byFirstThenLastThenCode)) {
    const before = stretches.at(-1)
    if (before === undefined || first > before.last) stretches.push({ first, last, code })
    else if (last > before.last) stretches.push({ first: before.last + 1, last, code })
  }
  return stretches
}

/**
 * When `days` of `unit` after `start` end; `start` is not counted and 0 days is `start` itself. Workday: working days
 * outside pauses. Day: calendar days outside pauses, and a last day that is a day of rest moves to the next working day.
 * The basis is `estimate` as soon as a day from `start` to the due date lies in an unpublished year. Throws ClockRefused.
 */
export function deadline(start: string, days: number, unit: Unit, pauses: readonly Pause[], calendar: PublishedYears): Deadline {
  return reckon(dayNumber(start), { days, unit }, united(pauses, null), calendar)
}

const totalOf = (limit: Limit): number => limit.days + (limit.extension ?? 0)
const isCount = (days: number): boolean => Number.isInteger(days) && days >= 0

function reckon(start: number, limit: Limit, stretches: readonly Stretch[], calendar: PublishedYears): Deadline {
  const { unit } = limit
  const days = totalOf(limit)
  const added = limit.joint ? 'joint-extension' : 'extension'
  if (!isCount(limit.days) || !isCount(limit.extension ?? 0) || days > MAX_DAYS) throw new ClockRefused('days', `a limit is 0 to ${MAX_DAYS} days, not ${days}`)
  const runs: Run[] = [{ first: start, last: start, kind: 'start', code: 'start' }]
  const add = (first: number, last: number, kind: ClockLine['kind'], code: string): void => {
    const before = runs.at(-1)
    if (before?.kind === kind && before.code === code) before.last = last
    else runs.push({ first, last, kind, code })
  }
  const addRest = (day: number): void => add(day, day, 'rest', isWeekend(day) ? 'weekend' : 'holiday')
  let day = start
  let nextStretch = 0
  let moving = false
  for (let counted = 0; counted < days; ) {
    day += 1
    if (day > LAST_DAY) throw new ClockRefused('date-range', 'the due date lies after the year 9999')
    let stretch = stretches[nextStretch]
    while (stretch !== undefined && stretch.last < day) stretch = stretches[++nextStretch]
    const works = isWorkday(day, calendar)
    if (moving) {
      if (works) {
        add(day, day, 'counted', 'moved')
        break
      }
      addRest(day)
    } else if (stretch !== undefined && stretch.first <= day) {
      add(day, stretch.last, 'pause', stretch.code)
      day = stretch.last
    } else if (unit === 'workday' && !works) {
      addRest(day)
    } else if (unit === 'day' && !works && counted + 1 === days) {
      // The last calendar day is a day of rest: the working day it moves to counts in its place.
      moving = true
      addRest(day)
    } else {
      const code = unit === 'day' ? 'day' : isWeekend(day) ? 'adjusted-workday' : 'workday'
      add(day, day, 'counted', counted >= limit.days ? added : code)
      counted += 1
    }
  }
  const lines = runs.map((run) => ({ ...run, first: dayText(run.first), last: dayText(run.last) }))
  return { date: dayText(day), basis: allPublished(start, day, calendar) ? 'published' : 'estimate', lines }
}

function allPublished(first: number, last: number, calendar: PublishedYears): boolean {
  const lastYear = Number(dayText(last).slice(0, 4))
  for (let year = Number(dayText(first).slice(0, 4)); year <= lastYear; year++) {
    if (!calendar.has(String(year).padStart(4, '0'))) return false
  }
  return true
}

function countedUntil(lines: readonly ClockLine[], today: number): number {
  return lines
    .filter((line) => line.kind === 'counted' && dayNumber(line.first) <= today)
    .reduce((days, line) => days + Math.min(dayNumber(line.last), today) - dayNumber(line.first) + 1, 0)
}

function overdueDays(due: number, today: number, unit: Unit, stretches: readonly Stretch[], calendar: PublishedYears): number {
  let days = 0
  for (let day = due + 1; day <= today; day++) {
    const stands = stretches.some(({ first, last }) => first <= day && day <= last)
    if (!stands && (unit === 'day' || isWorkday(day, calendar))) days += 1
  }
  return days
}

/**
 * The clock of a case as a resident may see it on `today`: each limit's due date, days used and left, and why. A pause
 * still open counts up to and including `today`, so its due dates move on each day. Throws ClockRefused.
 */
export function clockLines(
  limits: Partial<Record<LimitName, Limit>>, start: string, pauses: readonly Pause[], today: string, calendar: PublishedYears,
): Clock {
  const now = dayNumber(today)
  const stretches = united(pauses, now)
  const clocks: LimitClock[] = []
  for (const name of ['promised', 'statutory'] as const) {
    const limit = limits[name]
    if (limit === undefined) continue
    const found = reckon(dayNumber(start), limit, stretches, calendar)
    const used = countedUntil(found.lines, now)
    const overdue = overdueDays(dayNumber(found.date), now, limit.unit, stretches, calendar)
    clocks.push({ name, limit, due: found.date, basis: found.basis, used, left: totalOf(limit) - used, overdue, lines: found.lines })
  }
  const earliest = clocks.reduce<LimitClock | null>((best, clock) => (best === null || clock.due < best.due ? clock : best), null)
  return {
    limits: clocks,
    due: earliest?.due ?? null,
    basis: earliest?.basis ?? null,
    governing: earliest?.name ?? null,
    paused: stretches.some(({ first, last }) => first <= now && now <= last),
  }
}

const span = (line: ClockLine): number => dayNumber(line.last) - dayNumber(line.first) + 1

/**
 * The limit of a single step, counted from the day after `start`, as it stands on `today`; nothing stops it. `told` is the
 * last day that somebody was told: it stays even where the calendar now says an earlier one, and its days are `kept`.
 */
export function stepLines(limit: Limit, start: string, told: string | null, today: string, calendar: PublishedYears): StepClock {
  const first = dayNumber(start)
  const found = reckon(first, limit, [], calendar)
  const kept = told !== null && told > found.date
  const due = kept ? told : found.date
  const lines: ClockLine[] = kept ? [...found.lines, { first: dayText(dayNumber(found.date) + 1), last: told, kind: 'counted', code: 'kept' }] : found.lines
  const days = lines.filter((line) => line.kind === 'counted').reduce((sum, line) => sum + span(line), 0)
  const now = dayNumber(today)
  const used = countedUntil(lines, now)
  const basis = allPublished(first, dayNumber(due), calendar) ? 'published' : 'estimate'
  return { days, unit: limit.unit, due, basis, used, left: days - used, overdue: overdueDays(dayNumber(due), now, limit.unit, [], calendar), lines }
}

/** A step that ends on a stated day, such as a procedure of the law: every day of it is one of its own. */
export function spanLines(first: string, last: string, code: string, today: string): StepClock {
  const line: ClockLine = { first, last, kind: 'pause', code }
  const days = span(line)
  const used = Math.min(Math.max(dayNumber(today) - dayNumber(first) + 1, 0), days)
  return { days, unit: 'day', due: last, basis: 'published', used, left: days - used, overdue: Math.max(dayNumber(today) - dayNumber(last), 0), lines: [line] }
}
