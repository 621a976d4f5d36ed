/** Small settings kept in the browser. A web-view without storage answers null and forgets: the app works on. */
export const keys = {
  language: 'zhangban.language',
  size: 'zhangban.size',
  session: 'zhangban.session',
  shared: 'zhangban.shared',
  city: 'zhangban.city',
  items: 'zhangban.items',
  place: 'zhangban.place',
  recovered: 'zhangban.recovered',
  /** Of the tab, not of the phone: `sessionStorage`. */
  acting: 'zhangban.acting',
} as const

export type StorageKey = (typeof keys)[keyof typeof keys]

export function remember(key: StorageKey, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // Storage is refused in some shells; the setting then lives as long as the page.
  }
}

export function recall(key: StorageKey): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
