import { openDB, type IDBPDatabase } from 'idb'

/** Names on the phone. They are final: a later version migrates, it does not rename. */
export const DATABASE_NAME = 'zhangban'
export const DATABASE_VERSION = 1
export const STORES = { drafts: 'drafts', files: 'files', outbox: 'outbox', cached: 'cached', keys: 'keys' } as const
export type StoreName = keyof typeof STORES

/** AES-GCM ciphertext with its nonce; bytes rather than a Blob, which WebKit has lost from IndexedDB before. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  data: ArrayBuffer
}

export interface DraftRow {
  id: string
  account: string
  sealed: Sealed
}

export interface FileRow {
  draft: string
  sha256: string
  account: string
  sealed: Sealed
  /** where an unfinished upload goes on */
  uploadUrl: string | null
}

export type SubmissionState = 'queued' | 'sending' | 'sent' | 'rejected'

export interface OutboxRow {
  /** also the Idempotency-Key */
  id: string
  account: string
  draft: string
  state: SubmissionState
  attempts: number
  /** epoch milliseconds; before it only a person's wish or a returning network tries again */
  nextAt: number
  sealed: Sealed
}

export interface CachedRow {
  account: string
  path: string
  at: number
  sealed: Sealed
}

export type KeyRow =
  // `wrapped` is for the copy that only a server-held secret opens; until then the key itself is kept, non-extractable.
  | { name: string; kind: 'data'; key: CryptoKey; wrapped: ArrayBuffer | null }
  | { name: string; kind: 'device'; id: string; pair: CryptoKeyPair }
  | { name: string; kind: 'account'; account: string }
  // The verifier's pinned root: public, and everybody's, so it outlives every account.
  | { name: string; kind: 'root'; jwk: Record<string, string> }

interface Rows {
  drafts: DraftRow
  files: FileRow
  outbox: OutboxRow
  cached: CachedRow
  keys: KeyRow
}

type Key = string | [string, string]
export type Change = { [S in StoreName]: { store: S; put: Rows[S] } | { store: S; remove: Key } }[StoreName]

/** The phone's storage. All methods reject with StorageFailed when the browser refuses (quota, private mode). */
export interface Store {
  /** false: held in memory only and gone with the page; the screens say so */
  durable: boolean
  get<S extends StoreName>(store: S, key: Key): Promise<Rows[S] | undefined>
  /** rows of one account, in key order; for `keys`, all rows */
  all<S extends StoreName>(store: S, account: string): Promise<Rows[S][]>
  /** all changes or none */
  commit(changes: readonly Change[]): Promise<void>
  close(): void
}

/** The browser refused to keep something: full, private mode, or the database was closed under us. */
export class StorageFailed extends Error {
  override name = 'StorageFailed'
  constructor(cause: unknown) {
    super(`The browser could not keep this: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

const KEY_PATHS: Record<StoreName, string | string[]> = {
  drafts: 'id',
  files: ['draft', 'sha256'],
  outbox: 'id',
  cached: ['account', 'path'],
  keys: 'name',
}
const NAMES = Object.keys(STORES) as StoreName[]

function keyOf(store: StoreName, row: object): Key {
  const path = KEY_PATHS[store]
  const fields = row as Record<string, string>
  return typeof path === 'string' ? fields[path]! : [fields[path[0]!]!, fields[path[1]!]!]
}

class MemoryStore implements Store {
  durable = false
  private rows = new Map<StoreName, Map<string, object>>(NAMES.map((name) => [name, new Map()]))

  async get<S extends StoreName>(store: S, key: Key): Promise<Rows[S] | undefined> {
    return this.rows.get(store)!.get(JSON.stringify(key)) as Rows[S] | undefined
  }

  async all<S extends StoreName>(store: S, account: string): Promise<Rows[S][]> {
    const sorted = [...this.rows.get(store)!].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row)
    return sorted.filter((row) => store === 'keys' || (row as { account: string }).account === account) as Rows[S][]
  }

  async commit(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      const rows = this.rows.get(change.store)!
      if ('put' in change) rows.set(JSON.stringify(keyOf(change.store, change.put)), change.put)
      else rows.delete(JSON.stringify(change.remove))
    }
  }

  close(): void {}
}

class IndexedStore implements Store {
  durable = true
  private closed = false
  constructor(private database: IDBPDatabase) {}

  private async attempt<T>(work: (database: IDBPDatabase) => Promise<T>): Promise<T> {
    try {
      return await work(this.database)
    } catch (cause) {
      // Phones close the database of a page they froze; one reopening is enough.
      if (this.closed || !(cause instanceof DOMException) || cause.name !== 'InvalidStateError') throw new StorageFailed(cause)
    }
    try {
      this.database = await openDatabase()
      return await work(this.database)
    } catch (cause) {
      throw new StorageFailed(cause)
    }
  }

  get<S extends StoreName>(store: S, key: Key): Promise<Rows[S] | undefined> {
    return this.attempt((database) => database.get(STORES[store], key) as Promise<Rows[S] | undefined>)
  }

  all<S extends StoreName>(store: S, account: string): Promise<Rows[S][]> {
    return this.attempt((database) =>
      store === 'keys' ? database.getAll(STORES.keys) : database.getAllFromIndex(STORES[store], 'account', account),
    )
  }

  commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve()
    return this.attempt(async (database) => {
      const names = [...new Set(changes.map((change) => STORES[change.store]))]
      const transaction = database.transaction(names, 'readwrite', { durability: 'strict' })
      const writes = changes.map((change) => {
        const store = transaction.objectStore(STORES[change.store])
        return 'put' in change ? store.put(change.put) : store.delete(change.remove)
      })
      await Promise.all([...writes, transaction.done])
    })
  }

  close(): void {
    this.closed = true
    this.database.close()
  }
}

function openDatabase(): Promise<IDBPDatabase> {
  return openDB(DATABASE_NAME, DATABASE_VERSION, {
    upgrade(database) {
      for (const name of NAMES) {
        const store = database.createObjectStore(STORES[name], { keyPath: KEY_PATHS[name] })
        if (name !== 'keys') store.createIndex('account', 'account')
      }
    },
    blocking(_current, _blocked, event) {
      // A newer version of the app, in another tab, waits for us to let go.
      const old = event.target as IDBDatabase
      old.close()
    },
  })
}

/** IndexedDB, or memory (with `durable` false) where the browser has none or denies it, as in a cross-site frame. */
export async function openStore(): Promise<Store> {
  if (typeof indexedDB === 'undefined') return new MemoryStore()
  try {
    return new IndexedStore(await openDatabase())
  } catch {
    return new MemoryStore()
  }
}

let shared: Promise<Store> | null = null

/** The one store of this page or worker. */
export function theStore(): Promise<Store> {
  shared ??= openStore()
  return shared
}

/** Closes the store; the next use opens it anew. Called when the browser freezes the page. */
export async function closeStore(): Promise<void> {
  const open = shared
  shared = null
  ;(await open)?.close()
}
