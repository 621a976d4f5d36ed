import { shallowReactive } from 'vue'
import { ApiError } from '../api/client'
import { t } from '../messages'

/** How long a command waits in this page before it goes out. Until then nobody has been told and nothing has happened. */
export const HOLD_MS = 6_000

interface Waiting {
  /** What is about to happen, in words. */
  words: string
  /** The page of the case, below `/desk`. */
  address: string
  send: () => Promise<void>
  takenBack: () => void
}

/**
 * The one command that waits, what became of one that failed after its page was left, and how many went out.
 *
 * What was given can be taken back as long as it waits, whatever the command: it has not reached the server. Another command, or
 * signing out, sends it at once. Closing the tab asks; whoever closes it all the same has not given the command, and the case
 * stands in the queue as before.
 */
export const held = shallowReactive<{ waiting: Waiting | null; left: number; failed: { words: string; text: string; address: string } | null; sent: number }>({
  waiting: null, left: 0, failed: null, sent: 0,
})
let timer: ReturnType<typeof setInterval> | undefined
let ends = 0
let going: Promise<void> = Promise.resolve()

function stop(): Waiting | null {
  const { waiting } = held
  clearInterval(timer)
  removeEventListener('beforeunload', warn)
  held.waiting = null
  return waiting
}

const warn = (event: BeforeUnloadEvent): void => event.preventDefault()

function tick(): void {
  held.left = Math.max(0, Math.ceil((ends - Date.now()) / 1000))
  if (held.left === 0) void sendNow()
}

/** Lets a command wait; one that waited before goes out at once. */
export function holdBack(waiting: Waiting): void {
  void sendNow()
  held.failed = null
  held.waiting = waiting
  ends = Date.now() + HOLD_MS
  addEventListener('beforeunload', warn)
  timer = setInterval(tick, 250)
  tick()
}

/** Takes back what waits. @returns whether anything did */
export function takeBack(): boolean {
  const waiting = stop()
  waiting?.takenBack()
  return waiting !== null
}

/**
 * Sends what waits without waiting longer, and waits for what is on its way already; a refusal is kept for whoever has left the
 * page. Never throws.
 */
export function sendNow(): Promise<void> {
  const waiting = stop()
  if (waiting) going = Promise.all([going, dispatch(waiting)]).then(() => undefined)
  return going
}

async function dispatch(waiting: Waiting): Promise<void> {
  addEventListener('beforeunload', warn)
  try {
    await waiting.send()
    held.sent += 1
  } catch (error) {
    const text = error instanceof ApiError ? (error.problem?.detail ?? t('wait.failed.unreachable')) : t('wait.failed')
    held.failed = { words: waiting.words, text, address: waiting.address }
  } finally {
    if (!held.waiting) removeEventListener('beforeunload', warn)
  }
}

/** Forgets what waits and what failed without sending it: another person is at the desk now. */
export function forgetHeld(): void {
  stop()
  held.failed = null
}
