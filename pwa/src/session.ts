import { reactive, readonly } from 'vue'
import { get, put, remove, request } from './api/client'
import type { Account, Session, SignInCode } from './api/types'
import { keys, recall, remember } from './storage'

interface SessionState {
  /** Null until the server, or this phone's memory of it, has said something. */
  mode: Session['mode'] | null
  account: Account | null
}

const state = reactive<SessionState>({ mode: null, account: null })

/** Who is signed in, as far as this phone knows; masked names only, so that it may be kept on the phone. */
export const session = readonly(state)

function adopt(said: Session): void {
  Object.assign(state, said)
  remember(keys.session, JSON.stringify(said))
}

let loading: Promise<void> | null = null

/** Asks the server once who is signed in. An unreachable server leaves what the phone remembers. */
export function loadSession(): Promise<void> {
  return (loading ??= get<Session>('/session', { timeout: 8_000 }).then(adopt, () => {
    loading = null
  }))
}

/** What the phone remembers from the last visit, so that the app opens with no network. */
export function restoreSession(): void {
  const kept = recall(keys.session)
  if (kept === null) return
  try {
    Object.assign(state, JSON.parse(kept) as Session)
  } catch {
    remember(keys.session, null)
  }
}

/** Has a one-time code sent. @throws {ApiError} 422 for a bad number, 429 when asked too often */
export async function requestCode(phone: string): Promise<SignInCode> {
  return (await request<SignInCode>('POST', '/sign-in/codes', { body: { phone } })).value
}

/** Signs in. @throws {ApiError} `code-wrong` with `attempts_left`, `code-expired`, 429 */
export async function signIn(phone: string, code: string): Promise<void> {
  adopt((await request<Session>('POST', '/sign-in', { body: { phone, code } })).value)
}

/** Matches the account with the population register. @throws {ApiError} `identity-not-matched`, `id-number-invalid` */
export async function identify(name: string, idNumber: string): Promise<void> {
  state.account = await put<Account>('/me/identity', { name, id_number: idNumber })
  if (state.mode) remember(keys.session, JSON.stringify({ mode: state.mode, account: state.account }))
}

/** Ends the session on the server and forgets it here. @throws {ApiError} when the server was not reached: the cookie is then still good */
export async function signOut(): Promise<void> {
  await remove('/session')
  state.account = null
  remember(keys.session, null)
}

/** What a 401 means: the server no longer knows us, whatever the phone remembers. */
export function forgetAccount(): void {
  state.account = null
  remember(keys.session, null)
}
