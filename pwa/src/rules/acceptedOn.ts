import type { Clock } from '../api/types'
import { clockLines, type Limit, type LimitName, type PublishedYears } from './deadline'

interface Stated { value: number; unit: string }

const counted = (limit: Stated | null): Limit | null =>
  limit !== null && (limit.unit === 'workday' || limit.unit === 'day') ? { days: limit.value, unit: limit.unit } : null

/** The clock of an item as if it were accepted on `today`, by a calendar; null for limits in months or years, which no clock counts. */
export function acceptedOn(guide: { promised: Stated; statutory: Stated | null }, today: string, calendar: PublishedYears): Clock | null {
  const limits: Partial<Record<LimitName, Limit>> = {}
  const [promised, statutory] = [counted(guide.promised), counted(guide.statutory)]
  if (promised) limits.promised = promised
  if (statutory) limits.statutory = statutory
  const found = clockLines(limits, today, [], today, calendar)
  if (found.due === null || found.basis === null) return null
  const lanes = found.limits.map(({ name, limit, due, used, left, overdue, lines }) => ({
    key: name, days: limit.days, unit: limit.unit, due, used, left, overdue, extension: 0, article: null,
    lines: lines.map((line) => ({ ...line, article: null })),
  }))
  return { started: today, today, due: found.due, basis: found.basis, state: 'running', lanes }
}
