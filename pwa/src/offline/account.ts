import { announce } from './changes'
import { exclusively } from './exclusive'
import { theStore, type Change, type DraftRow, type FileRow, type OutboxRow } from './store'
import { ANONYMOUS, forgetKeys, openBytes, sealBytes } from './vault'

export const DRAFTS_LOCK = 'zhangban-drafts'
const ACCOUNT_ROW = 'account'

/** Whose work this phone shows: the last account that signed in, also while offline; `anonymous` before and after. */
export async function currentAccount(): Promise<string> {
  const row = await (await theStore()).get('keys', ACCOUNT_ROW)
  return row?.kind === 'account' ? row.account : ANONYMOUS
}

async function adoptDraft(row: DraftRow, account: string): Promise<DraftRow> {
  const bytes = await openBytes('drafts', row.account, row.id, row.sealed)
  return { ...row, account, sealed: await sealBytes('drafts', account, row.id, bytes) }
}

async function adoptFile(row: FileRow, account: string): Promise<FileRow> {
  const place = `${row.draft}/${row.sha256}`
  const bytes = await openBytes('files', row.account, place, row.sealed)
  return { ...row, account, sealed: await sealBytes('files', account, place, bytes) }
}

async function adoptSubmission(row: OutboxRow, account: string): Promise<OutboxRow> {
  const bytes = await openBytes('outbox', row.account, row.id, row.sealed)
  return { ...row, account, nextAt: 0, sealed: await sealBytes('outbox', account, row.id, bytes) }
}

/** The removals of all that the account has read; what everybody may read stays. */
async function readingsOf(account: string): Promise<Change[]> {
  if (account === ANONYMOUS) return []
  const rows = await (await theStore()).all('cached', account)
  return rows.map((row): Change => ({ store: 'cached', remove: [account, row.path] }))
}

/**
 * Makes the account the current one and gives it what was written before signing in, re-encrypted under its own key,
 * all in one transaction. What an account before it has read is wiped. Calling it again for the same account changes nothing.
 */
export async function signedIn(account: string): Promise<void> {
  await exclusively(DRAFTS_LOCK, async () => {
    const store = await theStore()
    const changes: Change[] = [{ store: 'keys', put: { name: ACCOUNT_ROW, kind: 'account', account } }]
    const before = await currentAccount()
    if (before !== account) changes.push(...(await readingsOf(before)))
    for (const row of await store.all('drafts', ANONYMOUS)) changes.push({ store: 'drafts', put: await adoptDraft(row, account) })
    for (const row of await store.all('files', ANONYMOUS)) changes.push({ store: 'files', put: await adoptFile(row, account) })
    for (const row of await store.all('outbox', ANONYMOUS)) changes.push({ store: 'outbox', put: await adoptSubmission(row, account) })
    await store.commit(changes)
  })
  announce({ kind: 'account' })
}

/**
 * Ends the account's turn on this phone: what was read from the server, and its credentials, are wiped. Unsent work stays,
 * encrypted and out of sight, until the same account signs in again.
 */
export async function signedOut(): Promise<void> {
  await exclusively(DRAFTS_LOCK, async () => {
    const store = await theStore()
    const account = await currentAccount()
    await store.commit([{ store: 'keys', remove: ACCOUNT_ROW }, ...(await readingsOf(account))])
  })
  forgetKeys()
  announce({ kind: 'account' })
}

/**
 * Removes an account from this device for good: its drafts, files, unsent submissions, what it has read, its credentials and
 * its keys, and what was written here with nobody signed in. For devices that others use too.
 */
export async function wipeAccount(account: string): Promise<void> {
  await exclusively(DRAFTS_LOCK, async () => {
    const store = await theStore()
    const changes: Change[] = [`data:${account}`, `device:${account}`].map((name) => ({ store: 'keys', remove: name }))
    if ((await currentAccount()) === account) changes.push({ store: 'keys', remove: ACCOUNT_ROW })
    for (const owner of [account, ANONYMOUS]) {
      for (const row of await store.all('drafts', owner)) changes.push({ store: 'drafts', remove: row.id })
      for (const row of await store.all('files', owner)) changes.push({ store: 'files', remove: [row.draft, row.sha256] })
      for (const row of await store.all('outbox', owner)) changes.push({ store: 'outbox', remove: row.id })
    }
    await store.commit([...changes, ...(await readingsOf(account))])
  })
  forgetKeys()
  announce({ kind: 'account' })
}
