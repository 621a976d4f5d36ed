import type { Text } from '../api/types'
import { currentAccount } from '../offline/account'
import { cachedGet, keep, recall, type Cached } from '../offline/cached'
import { exclusively } from '../offline/exclusive'
import { attempt, type Outcome, type Problem } from '../offline/request'
import { bindDevice } from './device'

/** From here on a credential is renewed whenever the server can be reached. */
const RENEW_BEFORE_MS = 7 * 24 * 3_600_000

export interface CertificateView {
  key: string
  name: Text
  shows: Text[]
  hides: Text[]
}

export interface Certificate {
  id: string
  type: { key: string; name: Text }
  identifier: string
  issued_on: string
  valid_until: string
  issuer: Text
  holder_name: string
  state: 'valid' | 'expired' | 'revoked'
  case_id: string
  views: CertificateView[]
}

/** What is shown for one view of a certificate, bound to this phone. */
export interface Credential {
  text: string
  view: string
  /** RFC 3339 */
  expires_at: string
}

/** There is nothing good to show: `not-here` (never fetched, no network), `expired` (no network to renew it), `refused`. */
export class CredentialUnavailable extends Error {
  override name = 'CredentialUnavailable'
  constructor(
    readonly reason: 'not-here' | 'expired' | 'refused',
    readonly problem: Problem | null = null,
  ) {
    super(`The credential cannot be shown: ${reason}.`)
  }
}

const nameOf = (certificate: string, view: string) => `credential:${certificate}/${view}`
const endOf = (credential: Credential) => Date.parse(credential.expires_at)

/** The body of a good answer. Raises CredentialUnavailable for any other. */
function granted<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'unreachable') throw new CredentialUnavailable('not-here')
  if (outcome.kind === 'problem') throw new CredentialUnavailable('refused', outcome.problem)
  return outcome.body
}

/** One at a time: the list prepares every view while a screen asks for one, and neither may bind or mint twice at once. */
function fetchCredential(certificate: string, view: string, seen: Credential | null): Promise<Cached<Credential>> {
  return exclusively('zhangban-credentials', async () => {
    const kept = await recall<Credential>(nameOf(certificate, view))
    return kept && kept.value.text !== seen?.text ? kept : mint(certificate, view)
  })
}

async function mint(certificate: string, view: string): Promise<Cached<Credential>> {
  const account = await currentAccount()
  const { device, outcome } = await bindDevice()
  granted(outcome)
  const body = { device_id: device.id, view }
  const headers = { 'Idempotency-Key': crypto.randomUUID() }
  const value = granted(await attempt<Credential>('POST', `/certificates/${certificate}/credentials`, { body, headers }))
  const at = Date.now()
  await keep(account, nameOf(certificate, view), value, at).catch(() => undefined)
  return { value, at, fresh: true }
}

/**
 * The credential for this view, from this phone while it is good, renewed quietly when its end is near.
 * Raises CredentialUnavailable.
 */
export async function credentialFor(certificate: string, view: string, now: number = Date.now()): Promise<Cached<Credential>> {
  const kept = await recall<Credential>(nameOf(certificate, view))
  if (!kept) return fetchCredential(certificate, view, null)
  const left = endOf(kept.value) - now
  if (left > 0) {
    if (left < RENEW_BEFORE_MS) void fetchCredential(certificate, view, kept.value).catch(() => undefined)
    return kept
  }
  return fetchCredential(certificate, view, kept.value).catch((error: unknown) => {
    const away = error instanceof CredentialUnavailable && error.reason === 'not-here'
    throw away ? new CredentialUnavailable('expired') : error
  })
}

/** What this phone kept of a revoked certificate is not shown any more, as if it had ended. */
async function endKept(certificate: string, view: string): Promise<void> {
  const kept = await recall<Credential>(nameOf(certificate, view))
  if (!kept || endOf(kept.value) === 0) return
  await keep(await currentAccount(), nameOf(certificate, view), { ...kept.value, expires_at: new Date(0).toISOString() }, Date.now())
}

/** Fetches what is missing, so that every view can be shown with no network later. Stops when the server is away. */
export async function prepareForOffline(certificates: readonly Certificate[]): Promise<void> {
  for (const { id, state, views } of certificates) {
    for (const view of views) {
      if (state === 'revoked') {
        await endKept(id, view.key)
        continue
      }
      const failure = await credentialFor(id, view.key).catch((error: unknown) => error)
      if (failure instanceof CredentialUnavailable && failure.reason !== 'refused') return
    }
  }
}

/** The account's certificates, readable offline once read. Raises ReadRefused, NeverRead. */
export async function listCertificates(): Promise<Cached<Certificate[]>> {
  const reading = await cachedGet<{ certificates: Certificate[] }>('/certificates')
  const { certificates } = reading.value
  if (reading.fresh) void prepareForOffline(certificates).catch(() => undefined)
  return { ...reading, value: certificates }
}
