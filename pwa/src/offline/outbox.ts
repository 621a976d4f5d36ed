import { reactive, readonly, watch } from 'vue'
import { acting } from '../acting'
import { onChange } from './changes'
import { pullDrafts, syncDrafts } from './draft-sync'
import { applicant } from './drafts'
import { dismissSubmission, enqueue, flushSubmissions, readSubmissions, withdrawSubmission, type FlushResult, type Submission } from './submission'
import { SYNC_TAG } from './sync-tag'

export { NotSubmittable, type Receipt, type Submission } from './submission'

const FIRST_RETRY_MS = 2_000
const LONGEST_WAIT_MS = 300_000
const REGISTER_TIMEOUT_MS = 2_000

export type FlushReason = 'start' | 'online' | 'visible' | 'pageshow' | 'sign-in' | 'applicant' | 'manual' | 'submit' | 'timer'

interface Outbox {
  /** newest first */
  entries: Submission[]
  flushing: boolean
  needsSignIn: boolean
  /** 0 to 1 by SHA-256, of the files being sent */
  progress: Record<string, number>
}

const state = reactive<Outbox>({ entries: [], flushing: false, needsSignIn: false, progress: {} })

/** What waits to be sent, was taken, or was refused. */
export const outbox = readonly(state) as Readonly<Outbox>

let timer: ReturnType<typeof setTimeout> | null = null
let again: FlushReason | null = null
let idle: Promise<void> = Promise.resolve()

/** Reads again what this phone holds of it. */
export async function readOutbox(): Promise<void> {
  state.entries = await readSubmissions()
}

function schedule(result: FlushResult | 'busy'): void {
  if (timer) clearTimeout(timer)
  timer = null
  const nextAt = result === 'busy' ? Date.now() + FIRST_RETRY_MS : result.needsSignIn ? null : result.nextAt
  if (nextAt === null) return
  timer = setTimeout(() => void flush('timer'), Math.min(LONGEST_WAIT_MS, Math.max(0, nextAt - Date.now())))
}

async function run(reason: FlushReason): Promise<void> {
  const eager = reason !== 'timer' && reason !== 'submit'
  const progress = (sha256: string, fraction: number) => {
    state.progress[sha256] = fraction
  }
  const result = await flushSubmissions({ eager, progress })
  if (result !== 'busy') state.needsSignIn = result.needsSignIn
  await readOutbox()
  schedule(result)
  await syncDrafts()
  if (reason === 'start' || reason === 'sign-in' || reason === 'applicant') await pullDrafts(applicant())
}

/** Sends what waits, one flush at a time; a call during one makes it go round again. Resolves when all is done. */
export function flush(reason: FlushReason): Promise<void> {
  if (state.flushing) {
    again = again && again !== 'timer' ? again : reason
    return idle
  }
  state.flushing = true
  idle = (async () => {
    try {
      for (let next: FlushReason | null = reason; next; next = again) {
        again = null
        await run(next)
      }
    } finally {
      state.flushing = false
      state.progress = {}
    }
  })()
  return idle
}

interface SyncManager {
  register(tag: string): Promise<void>
}

/** Asks the browser to wake the service worker when the network is back; most have no such thing, and need none. */
async function registerSync(): Promise<void> {
  if (typeof navigator === 'undefined' || !navigator.serviceWorker) return
  const ready = navigator.serviceWorker.ready as Promise<ServiceWorkerRegistration & { sync?: SyncManager }>
  // `ready` never settles where no worker could be registered.
  const registration = await Promise.race([ready, new Promise<null>((resolve) => setTimeout(resolve, REGISTER_TIMEOUT_MS, null))])
  await registration?.sync?.register(SYNC_TAG).catch(() => undefined)
}

/**
 * Puts the draft into the outbox and starts sending. Resolves with the submission's id as soon as it is safe on this
 * phone. Raises NotSubmittable, StorageFailed.
 */
export async function submit(draftId: string): Promise<string> {
  const id = await enqueue(draftId)
  await readOutbox()
  void registerSync()
  void flush('submit').catch(() => undefined)
  return id
}

/** Takes back a submission that was never tried; false when it may have left already. */
export async function withdraw(id: string): Promise<boolean> {
  const done = await withdrawSubmission(id)
  await readOutbox()
  return done
}

/** Takes a receipt or a refusal off the list once it was read. */
export async function dismiss(id: string): Promise<void> {
  await dismissSubmission(id)
  await readOutbox()
}

/** Reads the outbox and begins to watch for chances to send. To be called once, when the app starts. Returns its end. */
export function startOutbox(): () => void {
  const on = (target: EventTarget, name: string, reason: () => FlushReason | null) => {
    const listener = () => {
      const why = reason()
      if (why) void flush(why).catch(() => undefined)
    }
    target.addEventListener(name, listener)
    return () => target.removeEventListener(name, listener)
  }
  const ends = [
    on(window, 'online', () => 'online'),
    on(window, 'pageshow', () => 'pageshow'),
    on(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? 'visible' : null)),
    watch(() => acting.current?.mandate, () => void flush('applicant').catch(() => undefined)),
    onChange((change, elsewhere) => {
      if (change.kind === 'outbox' && elsewhere) void readOutbox().catch(() => undefined)
      if (change.kind === 'account') void readOutbox().then(() => flush('sign-in')).catch(() => undefined)
    }),
  ]
  void readOutbox().then(() => flush('start')).catch(() => undefined)
  return () => {
    for (const end of ends) end()
    if (timer) clearTimeout(timer)
  }
}
