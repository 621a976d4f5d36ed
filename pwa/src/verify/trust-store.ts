import type { Text } from '../api/types'
import { keep, recall } from '../offline/cached'
import { attempt } from '../offline/request'
import { theStore } from '../offline/store'
import { ANONYMOUS } from '../offline/vault'
import { encodeCbor, toHex } from './cbor'
import { keyFromJwk, type PublicKey } from './keys'
import { openTrustList, type TrustList } from './trust'

const PATH = '/trust'
const ROOT_ROW = 'trust-root'
const FINGERPRINT_BYTES = 16
const TIMEOUT_MS = 8_000
const MAX_LIST_TEXT = 2_000_000

/** The words for a certificate type: its name, and for each view its name and the labels of its fields, in order. */
export interface TypeLabels {
  key: string
  name: Text
  views: { key: string; name: Text; fields: { key: number; label: Text }[] }[]
}

type Jwk = Record<string, string>
interface TrustReply {
  list: string
  root: Jwk
  types?: TypeLabels[]
}

/** Whom this phone believes, and since when. */
export interface Trust {
  list: TrustList
  types: TypeLabels[]
  /** epoch milliseconds of when the server last gave it */
  at: number
  /** the list's own end has passed: it is too old to believe */
  expired: boolean
}

/** A root key other than the pinned one, with a list that it has signed. Nothing of it is believed until a person accepts it. */
export interface OfferedRoot {
  /** 32 hexadecimal digits of its COSE Key Thumbprint, the first half of which is its kid; for comparing by eye */
  fingerprint: string
  /** Pins this root in the old one's place and gives its list. Raises StorageFailed. */
  accept(): Promise<Trust>
}

/** Whom this phone believes, and the root that asks to take the pinned one's place, if one does. */
export interface TrustAnswer {
  trust: Trust | null
  offered: OfferedRoot | null
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  if (base64url.length > MAX_LIST_TEXT) throw new RangeError('The trust list is too long.')
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
}

async function open(reply: TrustReply, root: PublicKey, at: number, now: number): Promise<Trust | null> {
  try {
    const list = await openTrustList(bytesOf(reply.list), [root])
    return { list, types: reply.types ?? [], at, expired: now / 1_000 >= list.expiresAt }
  } catch {
    return null
  }
}

const keyOf = (jwk: unknown): Promise<PublicKey | null> => keyFromJwk((jwk ?? {}) as Jwk).catch(() => null)
const textOf = (key: PublicKey): string => toHex(encodeCbor(key.coseKey))

async function fingerprintOf(key: PublicKey): Promise<string> {
  const thumbprint = await crypto.subtle.digest('SHA-256', encodeCbor(key.coseKey))
  return toHex(new Uint8Array(thumbprint).subarray(0, FINGERPRINT_BYTES))
}

async function pinned(): Promise<PublicKey | null> {
  const row = await (await theStore()).get('keys', ROOT_ROW)
  return row?.kind === 'root' ? keyOf(row.jwk) : null
}

async function pin(jwk: Jwk): Promise<void> {
  // The public members alone, whatever else the reply carries.
  const { kty, crv, x, y, n, e } = jwk
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => typeof value === 'string')
  await (await theStore()).commit([{ store: 'keys', put: { name: ROOT_ROW, kind: 'root', jwk: Object.fromEntries(members) as Jwk } }])
}

async function kept(root: PublicKey, now: number): Promise<Trust | null> {
  const reply = await recall<TrustReply>(PATH)
  return reply ? open(reply.value, root, reply.at, now) : null
}

/** What this phone holds under its pinned root, without asking the server; null when it has never visited or the list does not hold. */
export async function keptTrust(now: number = Date.now()): Promise<Trust | null> {
  const root = await pinned()
  return root ? kept(root, now) : null
}

async function take(reply: TrustReply, trust: Trust, now: number): Promise<Trust> {
  await keep(ANONYMOUS, PATH, reply, now).catch(() => undefined)
  return trust
}

/**
 * The trust list from the server, or else the one kept. The first root that comes is pinned; a list of any other root is
 * offered, never believed by itself. Under one root, an older list never takes a newer one's place.
 */
export async function currentTrust(now: number = Date.now()): Promise<TrustAnswer> {
  const outcome = await attempt<TrustReply>('GET', PATH, { timeout: TIMEOUT_MS })
  const root = await pinned()
  const held = root && (await kept(root, now))
  const none = { trust: held, offered: null }
  if (outcome.kind !== 'ok') return none
  const reply = outcome.body
  const sent = await keyOf(reply?.root)
  const fresh = sent && (await open(reply, sent, now, now))
  if (!sent || !fresh) return none
  // By the key itself: what the reply calls its kid is only a name.
  if (root && textOf(root) !== textOf(sent)) {
    const accept = async (): Promise<Trust> => {
      await pin(reply.root)
      return take(reply, fresh, now)
    }
    return { trust: held, offered: { fingerprint: await fingerprintOf(sent), accept } }
  }
  if (!root) await pin(reply.root).catch(() => undefined)
  if (held && held.list.issuedAt > fresh.list.issuedAt) return none
  return { trust: await take(reply, fresh, now), offered: null }
}
