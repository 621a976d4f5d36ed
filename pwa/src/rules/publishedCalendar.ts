/** The published working-day calendar that comes with the release (`scripts/publish-calendar` writes the file). */
import publication from '../../../backend/foundation/calendar_published.json'
import type { PublishedYears } from './deadline.ts'

/** The calendar of the release; one fetched from the server may replace it wherever a calendar is taken. */
export const publishedYears: PublishedYears = new Map(
  Object.entries(publication.years).map(([year, days]) => [year, { holidays: new Set(days.holidays), workdays: new Set(days.workdays) }]),
)

/** The calendar that the server runs on now: that of the release with the years that were imported since. */
export function yearsOf(running: { years: Record<string, { off: string[]; work: string[] }> }): PublishedYears {
  const days = (given: string[]): Set<string> => new Set(given.map((day) => day.slice(5)))
  return new Map(Object.entries(running.years).map(([year, { off, work }]) => [year, { holidays: days(off), workdays: days(work) }]))
}

/** The day the release's calendar was built: "now" for a pure rule that is given no other. */
export const buildDay: string = publication.built
