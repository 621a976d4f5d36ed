import type { ItemSummary } from './api/types'

/** An item that answers the query, and which characters of its Chinese name to show as found. */
export interface Found {
  item: ItemSummary
  marked: [from: number, to: number] | null
}

const tidy = (text: string): string => text.toLowerCase().replace(/[\s·'’-]+/g, '')

/**
 * Items by name, other names, pinyin (whole or first letters) or summary, the nearest first. Pure.
 * @param query up to 60 characters count; blanks and case do not
 */
export function findItems(items: readonly ItemSummary[], query: string): Found[] {
  const wanted = tidy(query.slice(0, 60))
  if (wanted === '') return []
  return items
    .map((item) => ({ item, ...judge(item, wanted) }))
    .filter((found) => found.rank > 0)
    .sort((left, right) => right.rank - left.rank)
    .map(({ item, marked }) => ({ item, marked }))
}

function judge(item: ItemSummary, wanted: string): { rank: number; marked: Found['marked'] } {
  const inName = item.name.zh.toLowerCase().indexOf(wanted)
  if (inName >= 0) return { rank: inName === 0 ? 9 : 8, marked: [inName, inName + wanted.length] }
  if (tidy(item.name.en).includes(wanted)) return { rank: 8, marked: null }
  if (item.aliases.some((alias) => tidy(alias).includes(wanted))) return { rank: 7, marked: null }
  const inInitials = item.initials.indexOf(wanted)
  // One letter a character: only then do positions in the initials name characters.
  const aligned = item.initials.length === [...item.name.zh].length
  if (inInitials >= 0) return { rank: inInitials === 0 ? 6 : 5, marked: aligned ? [inInitials, inInitials + wanted.length] : null }
  if (item.pinyin.includes(wanted)) return { rank: item.pinyin.startsWith(wanted) ? 4 : 3, marked: null }
  if (tidy(item.summary.zh).includes(wanted) || tidy(item.summary.en).includes(wanted)) return { rank: 2, marked: null }
  return { rank: 0, marked: null }
}
