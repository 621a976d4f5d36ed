import { acts } from '../api/client'
import { currentAccount, DRAFTS_LOCK } from './account'
import { exclusively } from './exclusive'
import { attempt, type Problem } from './request'
import { theStore, type Change } from './store'
import { ANONYMOUS, openJson, sealJson } from './vault'

/** Fresh enough to be worth waiting for, short enough for a train. */
const TIMEOUT_MS = 6_000
const MAX_READINGS = 200
/** The same for everybody, so kept through sign-out. */
const PUBLIC = /^\/(city|items|bundles|directory|popular|forms|calendar|trust)(\/|\?|$)/

export interface Cached<T> {
  value: T
  /** epoch milliseconds of when the server said this */
  at: number
  /** false: the server was not reached, and this is what it said then */
  fresh: boolean
}

/** The server was not reached, and this phone has never read this. */
export class NeverRead extends Error {
  override name = 'NeverRead'
  constructor(readonly path: string) {
    super('The server was not reached, and this phone holds no earlier copy.')
  }
}

/** The server refused the read. */
export class ReadRefused extends Error {
  override name = 'ReadRefused'
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail || problem.code)
  }
}

async function ownerOf(path: string): Promise<string> {
  return PUBLIC.test(path) ? ANONYMOUS : currentAccount()
}

/**
 * Keeps a value for the account, encrypted, until it signs out; a path is for readings, any other name for what must stay
 * until then. Raises StorageFailed.
 */
export function keep(account: string, path: string, value: unknown, at: number): Promise<void> {
  // Under the lock that signing out and wiping take: nothing of an account is sealed, and no key made, while it goes.
  return exclusively(DRAFTS_LOCK, async () => {
    // A reply that comes after the person has signed out is nobody's to keep.
    if ((await ownerOf(path)) !== account) return
    const store = await theStore()
    const rows = await store.all('cached', account)
    const readings = rows.filter((row) => row.path.startsWith('/')).sort((left, right) => left.at - right.at)
    const surplus = readings.slice(0, Math.max(0, readings.length + 1 - MAX_READINGS))
    await store.commit([
      ...surplus.map((row): Change => ({ store: 'cached', remove: [account, row.path] })),
      { store: 'cached', put: { account, path, at, sealed: await sealJson('cached', account, path, value) } },
    ])
  })
}

/** What this phone last read from the path, without asking the server; null when nothing. */
export async function recall<T>(path: string): Promise<Cached<T> | null> {
  const account = await ownerOf(path)
  const row = await (await theStore()).get('cached', [account, path]).catch(() => undefined)
  if (!row) return null
  const value = await openJson<T>('cached', account, path, row.sealed).catch(() => null)
  return value === null ? null : { value, at: row.at, fresh: false }
}

async function forget(path: string): Promise<void> {
  await (await theStore()).commit([{ store: 'cached', remove: [await ownerOf(path), path] }])
}

/** Wipes what was read while acting under a mandate: whoever may not act any more may not look any more. */
export async function forgetReadingsUnder(mandate: string): Promise<void> {
  const account = await currentAccount()
  const store = await theStore()
  const rows = (await store.all('cached', account)).filter((row) => row.path.endsWith(`#${mandate}`))
  await store.commit(rows.map((row): Change => ({ store: 'cached', remove: [account, row.path] })))
}

/**
 * Reads from the server, or, when it is not reached in time, what this phone last read, with its time.
 * Copies are encrypted and wiped at sign-out. Raises ReadRefused, NeverRead.
 */
export async function cachedGet<T>(path: string): Promise<Cached<T>> {
  const account = await ownerOf(path)
  const mandate = acts.mandateFor(path)
  // The same address says other things of another party.
  const name = mandate ? `${path}#${mandate}` : path
  const outcome = await attempt<T>('GET', path, { timeout: TIMEOUT_MS, mandate })
  if (outcome.kind === 'ok') {
    const at = Date.now()
    await keep(account, name, outcome.body, at).catch(() => undefined)
    return { value: outcome.body, at, fresh: true }
  }
  const gone = outcome.kind === 'problem' && [403, 404, 410].includes(outcome.status)
  if (gone) await forget(name).catch(() => undefined)
  if (outcome.kind === 'problem' && outcome.status < 500) throw new ReadRefused(outcome.status, outcome.problem)
  const kept = await recall<T>(name)
  if (kept) return kept
  if (outcome.kind === 'problem') throw new ReadRefused(outcome.status, outcome.problem)
  throw new NeverRead(path)
}
