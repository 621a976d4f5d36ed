import { reactive, readonly } from 'vue'
import { get } from './api/client'
import type { Account, Session } from './api/types'
import { keys, recall, remember } from './storage'

interface SessionState {
  /** Null until the server, or this phone's memory of it, has said something. */
  mode: Session['mode'] | null
  account: Account | null
  /** Planned work on the server, until it is over. */
  maintenance?: Session['maintenance']
}

const state = reactive<SessionState>({ mode: null, account: null })

/** Who is signed in, as far as this phone knows; masked names only, so that it may be kept on the phone. */
export const session = readonly(state)

/** What the server says of the session; what it does not say stays as it was. */
export type SaidSession = Omit<Session, 'maintenance'> & Partial<Pick<Session, 'maintenance'>>

/** Takes what the server says about the session. Of a device that others use too nothing is remembered. */
export function adopt(said: SaidSession): void {
  Object.assign(state, said)
  remember(keys.session, hear('said', said.account) ? null : JSON.stringify(said))
}

/** Tells whether others use this device too; few are of that kind, so what follows is loaded there only. */
function hear(news: 'said' | 'ended' | 'unreached', account?: Account | null): boolean {
  const shared = account?.session?.shared ?? false
  if (shared || recall(keys.shared)) void import('./identity/sharedDevice').then(({ heard }) => heard(news, account))
  return shared
}

let loading: Promise<void> | null = null

/** Asks the server once who is signed in. An unreachable server leaves what the phone remembers. */
export function loadSession(): Promise<void> {
  return (loading ??= get<Session>('/session', { timeout: 8_000 }).then(adopt, () => {
    loading = null
    hear('unreached')
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

/** What a 401 means: the server no longer knows us, whatever the phone remembers. */
export function forgetAccount(): void {
  state.account = null
  remember(keys.session, null)
  hear('ended')
}
