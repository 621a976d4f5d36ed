import type { Place } from './api/types'
import { publishedYears } from './rules/publishedCalendar'

/** Whether a place is open now, until when, or when it opens next. */
export type Openness = { open: true; until: string } | { open: false; next: { day: string; at: string } | null }

const DAY = 86_400_000

/**
 * Whether a place with these hours is open. Days of rest of the published calendar are closed. Pure.
 * @param day the legal day, `YYYY-MM-DD`
 * @param time the time of day, `HH:MM`
 */
export function openness(hours: Place['hours'], day: string, time: string): Openness {
  const start = Date.parse(`${day}T00:00:00Z`)
  const on = (date: Date): Place['hours'] => {
    const text = date.toISOString().slice(0, 10)
    if (publishedYears.get(text.slice(0, 4))?.holidays.has(text.slice(5))) return []
    const weekday = date.getUTCDay() || 7
    return hours.filter((each) => each.days.includes(weekday)).sort((left, right) => (left.from < right.from ? -1 : 1))
  }
  const now = on(new Date(start)).find((each) => each.from <= time && time < each.until)
  if (now) return { open: true, until: now.until }
  for (let ahead = 0; ahead < 14; ahead++) {
    const date = new Date(start + ahead * DAY)
    const next = on(date).find((each) => ahead > 0 || each.from > time)
    if (next) return { open: false, next: { day: date.toISOString().slice(0, 10), at: next.from } }
  }
  return { open: false, next: null }
}

/** Metres between two points in degrees, over the great circle. Pure. */
export function metresBetween(from: { latitude: number; longitude: number }, to: { latitude: number; longitude: number }): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180
  const half = (left: number, right: number): number => Math.sin(radians(right - left) / 2) ** 2
  const chord = half(from.latitude, to.latitude) + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * half(from.longitude, to.longitude)
  return 12_742_000 * Math.asin(Math.min(1, Math.sqrt(chord)))
}

/** How far away a division's place is by name: 0 one's own community, then street, district, city, and elsewhere. Pure. */
export function stepsAway(place: string, own: string): number {
  if (place === own) return 0
  if (place.length === 12 && place.slice(0, 9) === own.slice(0, 9)) return 1
  if (place === own.slice(0, 6)) return 2
  if (place.length === 6 && place.endsWith('00')) return 3
  return place.slice(0, 6) === own.slice(0, 6) ? 4 : 5
}

/** The places, the nearest first: by distance where this phone's position is known, otherwise by division. Pure. */
export function nearestFirst<P extends Pick<Place, 'division' | 'position'>>(places: readonly P[], own: string, here: { latitude: number; longitude: number } | null): { place: P; metres: number | null }[] {
  const measured = places.map((place) => ({
    place,
    metres: here && place.position ? metresBetween(here, { latitude: Number(place.position.latitude), longitude: Number(place.position.longitude) }) : null,
  }))
  return measured.sort((left, right) => {
    if (here) return (left.metres ?? Infinity) - (right.metres ?? Infinity) || 0
    return own ? stepsAway(left.place.division, own) - stepsAway(right.place.division, own) : 0
  })
}
