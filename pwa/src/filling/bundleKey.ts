const ITEM = 'bundle-'

/** The bundle that an item's key stands for in drafts and submissions, or null. Pure. */
export const bundleOf = (item: string): string | null => (item.startsWith(ITEM) ? item.slice(ITEM.length) : null)

/** Under which key drafts and submissions of a bundle are kept. Pure. */
export const itemOf = (bundle: string): string => ITEM + bundle
