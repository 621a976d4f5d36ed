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
    const [{ startOutbox }, { currentAccount, signedIn }, { onChange }] = await Promise.all([import('./offline/outbox'), import('./offline/account'), import('./offline/changes')])
    if (session.account) await signedIn(session.account.id).catch(() => undefined)
    onChange(async (change, elsewhere) => {
      if (change.kind !== 'account' || !elsewhere || !session.account) return
      // Another tab has signed out, or someone else in: what this one shows is no longer this person's to see.
      if ((await currentAccount().catch(() => '')) !== session.account?.id) location.replace('/')
    })
    startOutbox()
  })())
}
