import { put, remove, request } from './api/client'
import type { Account, Session, SignInCode } from './api/types'
import { signedIn, signedOut } from './offline/account'
import { signInSettled } from './offline/connection'
import { adopt, forgetAccount, session } from './session'

/** Gives the account what was written on this phone before signing in. A browser that keeps nothing has nothing to give. */
async function settle(account: Account): Promise<void> {
  await signedIn(account.id).catch(() => undefined)
  signInSettled()
}

/** Has a one-time code sent. @throws {ApiError} 422 for a bad number, 429 when asked too often */
export async function requestCode(phone: string): Promise<SignInCode> {
  return (await request<SignInCode>('POST', '/sign-in/codes', { body: { phone } })).value
}

/** Signs in. @throws {ApiError} `code-wrong` with `attempts_left`, `code-expired`, 429 */
export async function signIn(phone: string, code: string): Promise<void> {
  const said = (await request<Session>('POST', '/sign-in', { body: { phone, code } })).value
  if (said.account) await settle(said.account)
  adopt(said)
}

/** Matches the account with the population register. @throws {ApiError} `identity-not-matched`, `id-number-invalid` */
export async function identify(name: string, idNumber: string): Promise<void> {
  const account = await put<Account>('/me/identity', { name, id_number: idNumber })
  adopt({ mode: session.mode ?? 'production', account })
}

/** Ends the session on the server and forgets it here. @throws {ApiError} when the server was not reached: the cookie is then still good */
export async function signOut(): Promise<void> {
  await remove('/session')
  forgetAccount()
  await signedOut().catch(() => undefined)
}
