import { SYNC_TAG } from '../offline/sync-tag'
import { flushSubmissions } from '../offline/submission'

/** Something is still to be sent: the browser then wakes the worker again, later. */
export class StillWaiting extends Error {
  override name = 'StillWaiting'
  constructor(readonly waiting: number) {
    super(`${waiting} still to be sent`)
  }
}

/** Sends the outbox when Background Sync says that the network is back. Raises StillWaiting. */
export async function onSync(tag: string): Promise<void> {
  if (tag !== SYNC_TAG) return
  const result = await flushSubmissions({ eager: true })
  // Signing in takes a person: waking up again would change nothing. A page at work will finish by itself.
  if (result === 'busy' || result.needsSignIn) return
  if (result.waiting > 0) throw new StillWaiting(result.waiting)
}
