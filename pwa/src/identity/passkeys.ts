import type { AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/browser'
import { get, request } from '../api/client'
import type { SignInMethods } from '../api/types'

/** Whether this page may use passkeys: browsers bind them to a domain, so an address of numbers has none. */
export type PasskeyPlace = 'here' | 'not-supported' | 'numeric-address'

/** Why a passkey was not shown or made: the person stopped it or waited too long, this device has it already, or the device failed. */
export type PasskeyReason = 'stopped' | 'known' | 'failed'

/** The device or its owner did not go along. Refusals of the server stay `ApiError`. */
export class PasskeyFailed extends Error {
  override name = 'PasskeyFailed'
  constructor(readonly reason: PasskeyReason) {
    super(reason)
  }
}

/** An answer of the device to one challenge, as every address takes it that accepts a passkey. */
export interface PasskeyAnswer {
  challenge_id: string
  credential: AuthenticationResponseJSON
}

interface Asked<T> {
  challenge_id: string
  options: T
}

export function passkeyPlace(): PasskeyPlace {
  if (typeof PublicKeyCredential !== 'function' || !isSecureContext) return /^[\d.:[\]]+$/.test(location.hostname) ? 'numeric-address' : 'not-supported'
  return /^[\d.]+$|:/.test(location.hostname) ? 'numeric-address' : 'here'
}

/** The same page under a name that passkeys work with, or null where this machine's own name is no help. */
export function namedAddress(): string | null {
  return /^(?:127\.|\[::1\])/.test(location.hostname) ? `${location.protocol}//localhost:${location.port}${location.pathname}` : null
}

/** How one may sign in; a server that does not say so takes codes only. Never throws. */
export function signInMethods(): Promise<SignInMethods> {
  return get<SignInMethods>('/sign-in/methods').catch(() => ({ code: true, passkey: false, unified: null }))
}

/** Whether a passkey can be used on this page. Never throws. */
export async function offersPasskeys(): Promise<boolean> {
  return passkeyPlace() === 'here' && (await signInMethods()).passkey
}

/**
 * Has the device show a passkey: its owner unlocks it with finger, face or the screen's code. Call it from a press.
 * @throws {PasskeyFailed} when it was not shown
 * @throws {ApiError}
 */
export async function showPasskey(): Promise<PasskeyAnswer> {
  const [{ startAuthentication }, asked] = await Promise.all([
    import('@simplewebauthn/browser'),
    request<Asked<PublicKeyCredentialRequestOptionsJSON>>('POST', '/sign-in/passkeys/options', { body: {} }),
  ])
  const { challenge_id, options } = asked.value
  try {
    return { challenge_id, credential: await startAuthentication({ optionsJSON: options }) }
  } catch (error) {
    throw failed(error)
  }
}

/**
 * Has the device make a passkey for the account that is signed in.
 * @throws {PasskeyFailed} `known` when this device holds one of the account already
 * @throws {ApiError} `sign-in-again`, `passkey-limit`
 */
export async function makePasskey(): Promise<{ challenge_id: string; credential: RegistrationResponseJSON }> {
  const [{ startRegistration }, asked] = await Promise.all([
    import('@simplewebauthn/browser'),
    request<Asked<PublicKeyCredentialCreationOptionsJSON>>('POST', '/me/passkeys/options', { body: {} }),
  ])
  const { challenge_id, options } = asked.value
  try {
    return { challenge_id, credential: await startRegistration({ optionsJSON: options }) }
  } catch (error) {
    throw failed(error)
  }
}

function failed(error: unknown): PasskeyFailed {
  const name = error instanceof Error ? error.name : ''
  if (name === 'InvalidStateError') return new PasskeyFailed('known')
  return new PasskeyFailed(name === 'NotAllowedError' || name === 'AbortError' ? 'stopped' : 'failed')
}
