import type { PublishedChanges, Text } from './api/schema'

/** An item that a publication has changed or will change, and from when (RFC 3339). */
export interface LatestChange {
  key: string
  name: Text
  from: string
  coming: boolean
}

const recentMilliseconds = 60 * 86_400_000
const most = 3

/**
 * The latest changes that a reader can still look up, each item once: what is coming and what came within sixty days. A
 * first publication is no change. Pure.
 * @param now epoch milliseconds
 */
export function latestChanges(publications: readonly PublishedChanges[], now: number): LatestChange[] {
  const found = new Map<string, LatestChange>()
  for (const each of publications) {
    if (each.first || each.state === 'past' || Date.parse(each.in_force_from) < now - recentMilliseconds) continue
    for (const item of each.items) {
      if (item.change === 'removed' || found.has(item.key)) continue
      found.set(item.key, { key: item.key, name: item.name, from: each.in_force_from, coming: each.state === 'coming' })
    }
  }
  return [...found.values()].slice(0, most)
}
