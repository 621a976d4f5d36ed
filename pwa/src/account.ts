import { acting } from './acting'
import { actFor } from './actingChoice'
import { put, remove, request } from './api/client'
import type { Account, Session, SignInCode } from './api/types'
import type { PasskeyAnswer } from './identity/passkeys'
import { currentAccount, signedIn, signedOut } from './offline/account'
import { signInSettled } from './offline/connection'
import { unsubscribePush } from './offline/push'
import { ANONYMOUS } from './offline/vault'
import { adopt, forgetAccount, session } from './session'
import { unread } from './unread'

/** Gives the account what was written on this phone before signing in. A browser that keeps nothing has nothing to give. */
async function settle(account: Account): Promise<void> {
  const before = await currentAccount().catch(() => ANONYMOUS)
  // Whose session just ran out has not signed out: the news of that account is not the next one's.
  if (before !== ANONYMOUS && before !== account.id) await unsubscribePush()
  if (acting.current?.account !== account.id) actFor(null)
  unread.value = 0
  await signedIn(account.id).catch(() => undefined)
  signInSettled()
}

/** Has a one-time code sent. @throws {ApiError} 422 for a bad number, 429 when asked too often */
export async function requestCode(phone: string): Promise<SignInCode> {
  return (await request<SignInCode>('POST', '/sign-in/codes', { body: { phone } })).value
}

/** Takes a session that was just opened for a resident. */
export async function entered(said: Session): Promise<void> {
  if (said.account) await settle(said.account)
  adopt(said)
}

/** Signs in with a code. @throws {ApiError} `code-wrong` with `attempts_left`, `code-expired`, 429 */
export async function signIn(phone: string, code: string, shared = false): Promise<void> {
  await entered((await request<Session>('POST', '/sign-in', { body: { phone, code, shared } })).value)
}

/** Signs in with a passkey's answer. @throws {ApiError} `passkey-refused` */
export async function signInByPasskey(answer: PasskeyAnswer, shared: boolean): Promise<void> {
  await entered((await request<Session>('POST', '/sign-in/passkeys', { body: { ...answer, shared } })).value)
}

/** Takes a session that was just opened at the desk. A resident's turn in this browser is over; nothing of it becomes staff's. */
export async function enteredDesk(said: Session): Promise<void> {
  if ((await currentAccount().catch(() => ANONYMOUS)) !== ANONYMOUS) {
    await unsubscribePush()
    await signedOut().catch(() => undefined)
  }
  adopt(said)
}

/** Matches the account with the population register. @throws {ApiError} `identity-not-matched`, `id-number-invalid` */
export async function identify(name: string, idNumber: string): Promise<void> {
  const account = await put<Account>('/me/identity', { name, id_number: idNumber })
  adopt({ mode: session.mode ?? 'production', account })
}

/**
 * Ends the session on the server and forgets it here: no more news on this phone, what was read is wiped, unsent work stays
 * locked to the account. @throws {ApiError} when the server was not reached: the cookie is then still good
 */
export async function signOut(): Promise<void> {
  // While the server still knows us; whether it works or not, nobody is kept from leaving.
  await unsubscribePush()
  await remove('/session')
  actFor(null)
  forgetAccount()
  unread.value = 0
  await signedOut().catch(() => undefined)
}
