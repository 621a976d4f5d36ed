import { describe, expect, it } from 'vitest'
import type { Clock, ClockLane } from '../src/api/types'
import { axisOf, laneDays } from '../src/clockDays'
import { legalDay, moment } from '../src/dates'
import { safeNext } from '../src/safeNext'

const lane: ClockLane = {
  key: 'promised', days: 4, unit: 'workday', due: '2026-11-11', used: 2, left: 2, article: null,
  lines: [
    { first: '2026-11-04', last: '2026-11-04', kind: 'start', code: 'start' },
    { first: '2026-11-05', last: '2026-11-06', kind: 'counted', code: 'workday' },
    { first: '2026-11-07', last: '2026-11-08', kind: 'rest', code: 'weekend' },
    { first: '2026-11-09', last: '2026-11-09', kind: 'pause', code: 'pause' },
    { first: '2026-11-10', last: '2026-11-11', kind: 'counted', code: 'workday' },
  ],
}
const clock: Clock = { started: '2026-11-04', today: '2026-11-09', due: '2026-11-11', basis: 'published', state: 'running', lanes: [lane] }

describe('the clock picture', () => {
  it('draws every day from the start to the due date once', () => {
    const axis = axisOf(clock)
    expect([axis[0], axis.at(-1), axis.length]).toEqual(['2026-11-04', '2026-11-11', 8])
  })

  it('shows what is used, stopped, resting and left', () => {
    expect(laneDays(lane, axisOf(clock), clock.today)).toEqual(['start', 'used', 'used', 'rest', 'rest', 'pause', 'left', 'left'])
  })

  it('goes on to today when the limit has passed', () => {
    expect(axisOf({ ...clock, today: '2026-11-13', state: 'overdue' }).at(-1)).toBe('2026-11-13')
  })
})

describe('days in words', () => {
  it('carry their weekday', () => expect(legalDay('2026-11-23')).toBe('11月23日（周一）'))
  it('of an instant are days in Beijing', () => expect(moment('2026-11-03T16:30:00Z')).toBe('11月4日 00:30'))
})

describe('the way back after signing in', () => {
  it.each([
    '//evil.example', 'https://evil.example', '/\\evil.example', '', null, ['/a'], '/\t/evil.example', '/\n//evil.example', ' //evil.example', '\\\\evil.example',
    'javascript:alert(1)', 'evil.example', '/a\\..\\b', `/${'a'.repeat(501)}`, '///evil.example', '\u0000/a', { path: '/a' },
  ])('never leads elsewhere: %s', (wanted) => expect(safeNext(wanted)).toBe('/'))
  it('leads to where the person was going', () => expect(safeNext('/items/a/form?step=5')).toBe('/items/a/form?step=5'))
})
