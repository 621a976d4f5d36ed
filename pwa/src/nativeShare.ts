/** What became of a wish to share: the closed list of outcomes. */
export type ShareOutcome = 'shared' | 'copied' | 'cancelled' | 'failed'

export const canShare = typeof navigator !== 'undefined' && typeof navigator.share === 'function'

/** Offers the system's share sheet, or copies the address where there is none. */
export async function share(content: { title: string; url: string }): Promise<ShareOutcome> {
  if (canShare) {
    try {
      await navigator.share(content)
      return 'shared'
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled'
    }
  }
  return (await copyText(content.url)) ? 'copied' : 'failed'
}

/** Puts a text on the clipboard. @returns false where the browser refuses; the text must then stay readable on the screen */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
