/** What changed on this phone, told to every page and to the service worker, so that no screen shows a stale text. */
export type Change = { kind: 'draft'; id: string } | { kind: 'outbox' } | { kind: 'account' }

const CHANNEL = 'zhangban-changes'
const listeners = new Set<(change: Change, elsewhere: boolean) => void>()
let channel: BroadcastChannel | null = null

function openChannel(): BroadcastChannel | null {
  if (channel === null && typeof BroadcastChannel !== 'undefined') {
    channel = new BroadcastChannel(CHANNEL)
    channel.onmessage = (event: MessageEvent<Change>) => tell(event.data, true)
    // Node keeps a process alive for an open channel; browsers have no unref.
    ;(channel as { unref?: () => void }).unref?.()
  }
  return channel
}

function tell(change: Change, elsewhere: boolean): void {
  for (const listener of listeners) listener(change, elsewhere)
}

/** Calls the listener after each committed change; `elsewhere` is true for another tab or the worker. Returns its end. */
export function onChange(listener: (change: Change, elsewhere: boolean) => void): () => void {
  openChannel()
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tells of a change that is already stored. */
export function announce(change: Change): void {
  openChannel()?.postMessage(change)
  tell(change, false)
}
