import { describe, expect, it } from 'vitest'
import vectors from '../../../tests/vectors/clock.json'
import { clockLines, ClockRefused, deadline, spanLines, stepLines } from '../../src/rules/deadline.ts'
import type { Clock, Limit, LimitName, Pause, PublishedYears } from '../../src/rules/deadline.ts'
import { dayText, legalDay, parseDay } from '../../src/rules/days.ts'
import { publishedYears } from '../../src/rules/publishedCalendar.ts'

describe('working days end where the State Council calendar says', () => {
  it.each([
    ['2026-02-13', 5, [], '2026-02-27', 'published'],
    ['2026-09-24', 5, [], '2026-10-09', 'published'],
    ['2026-09-18', 20, [], '2026-10-22', 'published'],
    ['2026-03-02', 20, [{ first: '2026-03-09', last: '2026-03-20' }], '2026-04-14', 'published'],
    ['2026-12-14', 20, [], '2027-01-12', 'estimate'],
    ['2026-02-14', 0, [], '2026-02-14', 'published'],
  ] as const)('%s + %i', (start, days, pauses, date, basis) => {
    expect(deadline(start, days, 'workday', pauses, publishedYears)).toMatchObject({ date, basis })
  })
})

it('calendar days that end on a day of rest move to the next working day', () => {
  const found = deadline('2026-02-13', 5, 'day', [], publishedYears)
  expect(found.date).toBe('2026-02-24')
  expect(found.lines.map(({ kind, code }) => `${kind} ${code}`)).toEqual([
    'start start', 'counted day', 'rest holiday', 'rest weekend', 'rest holiday', 'counted moved',
  ])
})

it('a clock that cannot be reckoned is refused', () => {
  const refused = (start: string, days: number, pauses: Pause[]): string => {
    try {
      deadline(start, days, 'workday', pauses, publishedYears)
    } catch (error) {
      if (error instanceof ClockRefused) return error.code
    }
    return 'none'
  }
  expect(refused('2026-03-02', 5, [{ first: '2026-03-09', last: '2026-03-08' }])).toBe('pause-reversed')
  expect(refused('2026-03-02', 3651, [])).toBe('days')
  expect(refused('9999-12-30', 5, [])).toBe('date-range')
})

function clock(today: string, ...pauses: Pause[]): Clock {
  return clockLines({ promised: { days: 10, unit: 'workday' }, statutory: { days: 15, unit: 'day' } }, '2026-11-02', pauses, today, publishedYears)
}

it('the earliest limit governs and days used and left add up', () => {
  const seen = clock('2026-11-06')
  expect(seen).toMatchObject({ due: '2026-11-16', basis: 'published', governing: 'promised', paused: false })
  expect(seen.limits.map(({ used, left, overdue }) => [used, left, overdue])).toEqual([[4, 6, 0], [4, 11, 0]])
})

it('a late case counts its overdue days in the unit of the limit', () => {
  expect(clock('2026-11-23').limits.map(({ left, overdue }) => [left, overdue])).toEqual([[0, 5], [0, 6]])
})

it('an open pause moves the due date on each day', () => {
  const stopped = { first: '2026-11-05', last: null, code: 'appraisal' }
  expect([clock('2026-11-05', stopped).due, clock('2026-11-12', stopped).due]).toEqual(['2026-11-17', '2026-11-24'])
  expect(clock('2026-11-12', stopped).paused).toBe(true)
})

it('a day is a real one of the years 1 to 9999, and legal days turn at midnight in Shanghai', () => {
  expect(['2024-02-29', '0099-12-31'].map((text) => dayText(parseDay(text) ?? 0))).toEqual(['2024-02-29', '0099-12-31'])
  expect(['2023-02-29', '0000-01-01', '2024-1-01', '2024-13-01'].map(parseDay)).toEqual([null, null, null, null])
  expect(dayText(legalDay(Date.parse('2026-11-22T16:00:00Z')))).toBe('2026-11-23')
  expect(dayText(legalDay(Date.parse('2026-11-22T15:59:59Z')))).toBe('2026-11-22')
})

describe('the vectors shared with the server', () => {
  interface Asked {
    calendar: Record<string, { holidays: string[]; workdays: string[] }>
    ask: string; today: string; start: string; first: string; last: string; code: string
    told: string | null; limit: Limit; limits: Partial<Record<LimitName, Limit>>; pauses: Pause[]
  }

  function answer(asked: Asked): unknown {
    const years: PublishedYears = new Map(Object.entries(asked.calendar).map(([year, days]) => [year, { holidays: new Set(days.holidays), workdays: new Set(days.workdays) }]))
    try {
      if (asked.ask === 'clock') return clockLines(asked.limits, asked.start, asked.pauses, asked.today, years)
      if (asked.ask === 'step') return stepLines(asked.limit, asked.start, asked.told, asked.today, years)
      return spanLines(asked.first, asked.last, asked.code, asked.today)
    } catch (error) {
      if (error instanceof ClockRefused) return { refused: error.code }
      throw error
    }
  }

  it.each(vectors.map(({ name, asked, answer: expected }) => [name, asked, expected] as const))('%s', (_name, asked, expected) => {
    expect(answer(asked as unknown as Asked)).toEqual(expected)
  })
})
