import type { Text } from '../api/types'
import { keep, recall } from '../offline/cached'
import { attempt } from '../offline/request'
import { ANONYMOUS } from '../offline/vault'
import { keyFromJwk } from './keys'
import { openTrustList, type TrustList } from './trust'

const PATH = '/trust'
const TIMEOUT_MS = 8_000
const MAX_LIST_TEXT = 2_000_000

/** The words for a certificate type: its name, and for each view its name and the labels of its fields, in order. */
export interface TypeLabels {
  key: string
  name: Text
  views: { key: string; name: Text; fields: { key: number; label: Text }[] }[]
}

interface TrustReply {
  list: string
  root: Record<string, string>
  root_kid: string
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

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  if (base64url.length > MAX_LIST_TEXT) throw new RangeError('The trust list is too long.')
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
}

async function open(reply: TrustReply, at: number, now: number): Promise<Trust | null> {
  try {
    const list = await openTrustList(bytesOf(reply.list), [await keyFromJwk(reply.root)])
    return { list, types: reply.types ?? [], at, expired: now / 1_000 >= list.expiresAt }
  } catch {
    return null
  }
}

/** What this phone holds, without asking the server; null when it has never visited or the list does not hold. */
export async function keptTrust(now: number = Date.now()): Promise<Trust | null> {
  const kept = await recall<TrustReply>(PATH)
  return kept ? open(kept.value, kept.at, now) : null
}

/**
 * The trust list from the server, or else the one kept. The root key comes from the origin that also serves this very
 * program, so it is believed as far as the program is; under one root, an older list never takes a newer one's place.
 */
export async function currentTrust(now: number = Date.now()): Promise<Trust | null> {
  const outcome = await attempt<TrustReply>('GET', PATH, { timeout: TIMEOUT_MS })
  const kept = await recall<TrustReply>(PATH)
  const opened = kept ? await open(kept.value, kept.at, now) : null
  if (outcome.kind !== 'ok') return opened
  const fresh = await open(outcome.body, now, now)
  if (!fresh) return opened
  const sameRoot = kept?.value.root_kid === outcome.body.root_kid
  if (opened && sameRoot && opened.list.issuedAt > fresh.list.issuedAt) return opened
  await keep(ANONYMOUS, PATH, outcome.body, now).catch(() => undefined)
  return fresh
}
