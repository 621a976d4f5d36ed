import type { Clock, ClockLane, ClockLine, ClockStep, TimelineData } from './api/types'
import { legalDay } from './dates'
import { limitInWords } from './itemFacts'
import { say, t, type MessageKey } from './messages'

/** Codes and days of the legal clock in words. */
const lines = ['start', 'receipt', 'workday', 'adjusted-workday', 'day', 'moved', 'extension', 'joint-extension', 'kept', 'weekend', 'holiday']
const causes = ['hearing', 'bidding', 'auction', 'inspection', 'testing', 'quarantine', 'appraisal', 'expert-review']
const steps = ['pre-check', 'registration', 'third-party', 'other-body', 'acceptance', 'correction', 'commitment', 'procedure', 'hearing-request', 'hearing', 'delivery']
const day = (text: string): string => legalDay(text, { weekday: false })
export const daysOf = (line: Pick<ClockLine, 'first' | 'last'>): number => (Date.parse(line.last) - Date.parse(line.first)) / 86_400_000 + 1

/** The limit that is due first: the one that decides. */
export function governing(clock: Clock): ClockLane | undefined {
  return clock.lanes.reduce<ClockLane | undefined>((best, lane) => (best === undefined || lane.due < best.due ? lane : best), undefined)
}

/** What is still to come that people forget: the next worked weekend day, and the next holiday. */
function notes(lane: ClockLane, today: string): string[] {
  const ahead = lane.lines.filter((line) => line.last > today)
  const worked = ahead.find((line) => line.code === 'adjusted-workday')
  const found = worked ? [t('clock.note.adjusted', { day: day(worked.first > today ? worked.first : worked.last) })] : []
  const free = ahead.find((line) => line.code === 'holiday')
  if (free) {
    // Weekend days around a holiday are free as well: people think of them as one.
    const run = lane.lines.filter((line) => line.kind === 'rest')
    let { first, last } = free
    for (const line of run) if (daysOf({ first: last, last: line.first }) === 2) last = line.last
    for (const line of [...run].reverse()) if (daysOf({ first: line.last, last: first }) === 2) first = line.first
    found.push(t('clock.note.holiday', { first: day(first), last: day(last) }))
  }
  return found
}

/** The clock in one plain sentence; what is done says nothing more. */
export function clockSentence(clock: Clock): string {
  const lane = governing(clock)
  if (lane === undefined || clock.state === 'done') return ''
  const parameters = { due: legalDay(clock.due), left: limitInWords({ value: lane.left, unit: lane.unit }), over: limitInWords({ value: lane.overdue, unit: lane.unit }) }
  if (clock.state === 'overdue') return t('clock.sentence.overdue', parameters)
  const said = clock.state === 'stopped' ? t('clock.sentence.stopped', parameters) : t(lane.left === 0 ? 'clock.sentence.last' : 'clock.sentence.running', parameters)
  const extended = lane.extension ? [t('clock.sentence.extended', { days: limitInWords({ value: lane.extension, unit: lane.unit }) })] : []
  return [said, ...extended, ...notes(lane, clock.today)].join(t('clock.semicolon'))
}

/** When it would be done if it were accepted today. */
export function whatIfSentence(clock: Clock): string {
  if (clock.due === clock.today) return t('clock.if.at_once')
  const lane = governing(clock)
  return [t('clock.if', { due: legalDay(clock.due) }), ...(lane ? notes(lane, clock.today) : [])].join(t('clock.semicolon'))
}

/** The limit of the step a case is in, in one line. */
export function stepSentence(step: ClockStep): string {
  const name = t(`clock.step.${steps.includes(step.key) ? step.key : 'other'}` as MessageKey)
  const parameters = { step: name, due: legalDay(step.due), left: limitInWords({ value: step.left, unit: step.unit }), over: limitInWords({ value: step.overdue, unit: step.unit }) }
  return t(step.overdue ? 'clock.step.over' : step.left === 0 ? 'clock.step.last' : 'clock.step.until', parameters)
}

/** Why the days of a line count or not. */
export function lineInWords(line: ClockLine, today: string): string {
  const ahead = line.kind === 'counted' && line.first > today ? t('clock.line.ahead') : ''
  if (line.kind === 'pause') return t('clock.line.pause', { n: daysOf(line), cause: t(`clock.cause.${causes.includes(line.code) ? line.code : 'pause'}` as MessageKey) })
  const code = lines.includes(line.code) ? line.code : line.kind === 'rest' ? 'weekend' : 'day'
  return t(`clock.line.${code}` as MessageKey, { n: daysOf(line) }) + ahead
}

/** How days moved when a calendar year became known, and by which notice; nothing for any other event. */
export function movedInWords(data: Partial<Pick<TimelineData, 'moved' | 'source'>>): string {
  const moved = (data.moved ?? []).map(({ was, due }) => t('clock.moved', { was: legalDay(was), due: legalDay(due) }))
  return [...moved, ...(moved.length && data.source ? [t('clock.moved.source', { source: data.source })] : [])].join(t('list.separator'))
}

/** Who had to approve that a limit was extended; nothing for any other event, and where it is the office itself. */
export const approvedInWords = (data: Partial<Pick<TimelineData, 'approver'>>): string =>
  data.approver ? t('clock.approved', { approver: say(data.approver) }) : ''

/** Each line with its article, said where it is first needed. */
export function explainedLines(given: readonly ClockLine[], today: string): string[] {
  const known = new Set<string>()
  return given.map((line) => {
    const article = line.article ? say(line.article) : ''
    if (!article || known.has(article)) return lineInWords(line, today)
    known.add(article)
    return `${lineInWords(line, today)}${t('list.comma')}${article}`
  })
}
