import { StorageFailed, theStore, type KeyRow, type Sealed, type StoreName } from './store'

/** Owner of what was written before anyone signed in. */
export const ANONYMOUS = 'anonymous'
const NONCE_BYTES = 12

/** A stored row cannot be read with the key of its account: copied from elsewhere, or damaged. */
export class Unreadable extends Error {
  override name = 'Unreadable'
  constructor(store: StoreName) {
    super(`A row of "${store}" on this phone cannot be decrypted.`)
  }
}

const keys = new Map<string, Promise<CryptoKey>>()

async function readKey(account: string): Promise<CryptoKey | null> {
  const row = await (await theStore()).get('keys', `data:${account}`)
  return row?.kind === 'data' ? row.key : null
}

async function readOrMakeKey(account: string): Promise<CryptoKey> {
  const known = await readKey(account)
  if (known) return known
  const store = await theStore()
  const name = `data:${account}`
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const made: KeyRow = { name, kind: 'data', key, wrapped: null }
  await store.commit([{ store: 'keys', put: made }])
  // Two tabs may make one at once: the one that stayed is the key of both.
  return (await readKey(account)) ?? key
}

function keyFor(account: string): Promise<CryptoKey> {
  const known = keys.get(account)
  if (known) return known
  const lock = typeof navigator !== 'undefined' ? navigator.locks : undefined
  const made = (lock ? lock.request(`zhangban-key-${account}`, () => readOrMakeKey(account)) : readOrMakeKey(account)) as Promise<CryptoKey>
  keys.set(account, made)
  made.catch(() => keys.delete(account))
  return made
}

/** Forgets the keys held in memory, not the stored ones. */
export function forgetKeys(): void {
  keys.clear()
}

// Row and account are bound as associated data, so that no ciphertext can be moved to another place.
const place = (store: StoreName, account: string, id: string) => new TextEncoder().encode(`${store}\0${account}\0${id}`)

/** Encrypts bytes under the account's data key. Raises StorageFailed when the key cannot be kept. */
export async function sealBytes(store: StoreName, account: string, id: string, bytes: BufferSource): Promise<Sealed> {
  const key = await keyFor(account)
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: place(store, account, id) }, key, bytes)
  return { iv, data }
}

/** Decrypts what sealBytes made for the same place, and makes no key for it: that of a wiped account stays gone. Raises Unreadable. */
export async function openBytes(store: StoreName, account: string, id: string, sealed: Sealed): Promise<ArrayBuffer> {
  try {
    const parameters = { name: 'AES-GCM', iv: sealed.iv, additionalData: place(store, account, id) }
    const key = await (keys.get(account) ?? readKey(account))
    if (!key) throw new Unreadable(store)
    return await crypto.subtle.decrypt(parameters, key, sealed.data)
  } catch (cause) {
    if (cause instanceof StorageFailed) throw cause
    throw new Unreadable(store)
  }
}

export function sealJson(store: StoreName, account: string, id: string, value: unknown): Promise<Sealed> {
  return sealBytes(store, account, id, new TextEncoder().encode(JSON.stringify(value)))
}

export async function openJson<T>(store: StoreName, account: string, id: string, sealed: Sealed): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await openBytes(store, account, id, sealed))) as T
}
