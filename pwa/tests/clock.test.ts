import { beforeAll, describe, expect, it } from 'vitest'
import type { Clock, ClockLane } from '../src/api/types'
import { axisOf, laneDays } from '../src/clockDays'
import { approvedInWords, clockSentence, explainedLines, movedInWords, stepSentence, whatIfSentence } from '../src/clockWords'
import { legalDay, moment } from '../src/dates'
import { loadRestOfMessages } from '../src/messages'
import { acceptedOn } from '../src/rules/acceptedOn'
import { publishedYears, yearsOf } from '../src/rules/publishedCalendar'
import { safeNext } from '../src/safeNext'

const lane: ClockLane = {
  key: 'promised', days: 4, unit: 'workday', due: '2026-11-11', used: 2, left: 2, article: null, extension: 0, overdue: 0,
  lines: [
    { first: '2026-11-04', last: '2026-11-04', kind: 'start', code: 'start', article: null },
    { first: '2026-11-05', last: '2026-11-06', kind: 'counted', code: 'workday', article: null },
    { first: '2026-11-07', last: '2026-11-08', kind: 'rest', code: 'weekend', article: null },
    { first: '2026-11-09', last: '2026-11-09', kind: 'pause', code: 'pause', article: null },
    { first: '2026-11-10', last: '2026-11-11', kind: 'counted', code: 'workday', article: null },
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

describe('the clock in words', () => {
  const autumn: Clock = {
    started: '2026-09-17', today: '2026-09-18', due: '2026-10-08', basis: 'published', state: 'running',
    lanes: [{
      key: 'promised', days: 7, unit: 'workday', due: '2026-10-08', used: 1, left: 6, article: null, extension: 0, overdue: 0,
      lines: [
        { first: '2026-09-17', last: '2026-09-17', kind: 'start', code: 'receipt', article: { zh: '行政许可法第三十二条第四项', en: 'art. 32(4)' } },
        { first: '2026-09-18', last: '2026-09-18', kind: 'counted', code: 'workday', article: { zh: '行政许可法第八十二条', en: 'art. 82' } },
        { first: '2026-09-19', last: '2026-09-19', kind: 'rest', code: 'weekend', article: { zh: '行政许可法第八十二条', en: 'art. 82' } },
        { first: '2026-09-20', last: '2026-09-20', kind: 'counted', code: 'adjusted-workday', article: null },
        { first: '2026-10-01', last: '2026-10-02', kind: 'rest', code: 'holiday', article: null },
        { first: '2026-10-03', last: '2026-10-04', kind: 'rest', code: 'weekend', article: null },
        { first: '2026-10-05', last: '2026-10-07', kind: 'rest', code: 'holiday', article: null },
        { first: '2026-10-08', last: '2026-10-08', kind: 'counted', code: 'extension', article: null },
      ],
    }],
  }
  const [first] = autumn.lanes as [ClockLane]

  beforeAll(loadRestOfMessages)

  it('says when, how long still, and which days people forget', () =>
    expect(clockSentence(autumn)).toBe('预计 10月8日（周四）前办结，还有 6 个工作日；9月20日是补班日，也算；10月1日到10月7日放假，不算'))
  it('says what would be if it were accepted today', () => expect(whatIfSentence(autumn)).toContain('如果今天受理，预计 10月8日（周四）前办结'))
  it('reckons on the phone when an item would be done', () => {
    const found = acceptedOn({ promised: { value: 10, unit: 'workday' }, statutory: { value: 15, unit: 'day' } }, '2026-11-02', publishedYears)
    expect([found?.due, found?.basis]).toEqual(['2026-11-16', 'published'])
    expect(acceptedOn({ promised: { value: 2, unit: 'month' }, statutory: null }, '2026-11-02', publishedYears)).toBeNull()
  })
  it('reckons by the years that the server runs on, imported ones too', () => {
    const guide = { promised: { value: 10, unit: 'workday' }, statutory: null }
    const guessed = acceptedOn(guide, '2026-12-21', publishedYears)
    expect([guessed?.due, guessed?.basis]).toEqual(['2027-01-05', 'estimate'])
    const running = yearsOf({ years: { 2026: { off: [], work: [] }, 2027: { off: ['2027-01-01', '2027-01-04', '2027-01-05'], work: ['2027-01-16'] } } })
    const known = acceptedOn(guide, '2026-12-21', running)
    expect([known?.due, known?.basis]).toEqual(['2027-01-07', 'published'])
  })
  it('names who approved more days of what is handled jointly, and shows them apart', () => {
    const line = { first: '2026-09-22', last: '2026-09-24', kind: 'counted' as const, code: 'joint-extension', article: { zh: '行政许可法第四十二条第二款', en: 'Administrative Permit Law, art. 42(2)' } }
    expect(explainedLines([line], '2026-09-30')).toEqual(['经本级人民政府负责人批准延长的 3 天，行政许可法第四十二条第二款'])
    expect(laneDays({ ...first, lines: [line] }, ['2026-09-22'], '2026-09-21')).toEqual(['extra'])
    expect(approvedInWords({ approver: { zh: '本级人民政府负责人', en: 'the head of the people’s government at this level' } })).toBe('经本级人民政府负责人批准')
    expect(approvedInWords({})).toBe('')
  })
  it('says that it is late, stopped, or extended', () => {
    expect(clockSentence({ ...autumn, state: 'overdue', lanes: [{ ...first, overdue: 2 }] })).toBe('应在 10月8日（周四）前办结，已超过 2 个工作日')
    expect(clockSentence({ ...autumn, state: 'stopped' })).toContain('现在暂停计时')
    expect(clockSentence({ ...autumn, lanes: [{ ...first, extension: 5 }] })).toContain('已延长 5 个工作日')
    expect(clockSentence({ ...autumn, state: 'done' })).toBe('')
  })
  it('names an article where it is first needed', () =>
    expect(explainedLines(first.lines.slice(0, 3), autumn.today)).toEqual([
      '窗口没有按时告知，从收到材料这天起视为受理，行政许可法第三十二条第四项', '算 1 个工作日，行政许可法第八十二条', '周末不算',
    ]))
  it('draws the days of an extension apart', () => expect(laneDays(first, ['2026-10-08'], autumn.today)).toEqual(['extra']))
  it('says the limit of a step, and a step it does not know', () => {
    const step = { key: 'acceptance', started: '2026-09-17', days: 5, unit: 'workday', due: '2026-09-24', basis: 'published', used: 1, left: 4, overdue: 0, article: null, lines: [] } as const
    expect(stepSentence({ ...step, lines: [] })).toBe('告知受不受理：9月24日（周四）前，还有 4 个工作日')
    expect(stepSentence({ ...step, lines: [], left: 0 })).toBe('告知受不受理：今天是最后一天')
    expect(stepSentence({ ...step, lines: [], key: 'public-notice', overdue: 3 })).toBe('这一步：9月24日（周四）已过 3 个工作日')
  })
  it('says how days moved and by which notice', () => {
    expect(movedInWords({ moved: [{ what: 'due', was: '2027-01-05', due: '2027-01-06' }], source: '《通知》' })).toBe('原来估计 1月5日（周二），现在是 1月6日（周三） · 依据《通知》')
    expect(movedInWords({ moved: [], source: null })).toBe('')
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
