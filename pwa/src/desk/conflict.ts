import type { TimelineEntry } from '../api/types'
import type { DeskCase } from './types'

/** What a problem of a command that came too late carries: the case as it is now. */
export function currentOf(problem: object | null): DeskCase | null {
  return problem !== null && 'current' in problem ? (problem.current as DeskCase) : null
}

/** What others did since a version of a case was seen, the first first. */
export const since = (now: Pick<DeskCase, 'timeline'>, version: number): TimelineEntry[] => now.timeline.filter((entry) => entry.sequence > version)
