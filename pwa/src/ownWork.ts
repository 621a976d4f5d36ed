import { session } from './session'

/** Whether this phone may hold drafts or unsent submissions; a browser that cannot tell is taken to hold some. */
export async function mayHoldWork(): Promise<boolean> {
  try {
    const databases = await indexedDB.databases()
    return databases.some((database) => database.name === 'zhangban')
  } catch {
    return typeof indexedDB !== 'undefined' && !('databases' in indexedDB)
  }
}

let started: Promise<void> | null = null

/** Begins to send what waits on this phone, now and at every later chance. Calling it again changes nothing. */
export function startSending(): Promise<void> {
  return (started ??= (async () => {
    const [{ startOutbox }, { signedIn }] = await Promise.all([import('./offline/outbox'), import('./offline/account')])
    if (session.account) await signedIn(session.account.id).catch(() => undefined)
    startOutbox()
  })())
}
