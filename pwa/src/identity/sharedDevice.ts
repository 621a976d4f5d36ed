/**
 * On a device that others use too nothing of an account outlives its session. The mark in `keys.shared` names the account
 * that is, or was, signed in there; while it stands, something of that account may lie on the device.
 */
import { forgetActing } from '../actingChoice'
import type { Account } from '../api/types'
import { wipeAccount } from '../offline/account'
import { unsubscribePush } from '../offline/push'
import { keys, recall, remember } from '../storage'

/** As the server does by default (`sessions.shared_idle_minutes`): whoever walked away has left. */
const IDLE_MS = 10 * 60_000

/**
 * What follows from news of the session: `said` by the server (with the account it names), `ended` while it was in use here,
 * or `unreached`, when nobody could say.
 */
export async function heard(news: 'said' | 'ended' | 'unreached', account?: Account | null): Promise<void> {
  const marked = recall(keys.shared)
  if (news === 'said') {
    if (account?.session?.shared) {
      remember(keys.shared, account.id)
      watch()
    }
    if (marked && marked !== account?.id) await wipe(marked)
  } else if (marked && news === 'ended') {
    await wipeAndLeave(marked)
  } else if (marked && !openAlready()) {
    // The browser was closed meanwhile. A page that was only loaded anew, in a tunnel, keeps its work.
    await wipe(marked)
  }
}

/** Removes everything of an account: drafts, unsent work, what was read, credentials and keys. */
async function wipe(account: string): Promise<void> {
  await unsubscribePush()
  await wipeAccount(account)
  if (recall(keys.shared) === account) remember(keys.shared, null)
}

/**
 * Wipes, and leaves the page, because what it holds in memory is somebody's too. The mark stays: whatever a form saves on
 * leaving is wiped when the next page asks who is signed in.
 */
async function wipeAndLeave(account: string): Promise<void> {
  await wipeAccount(account).catch(() => undefined)
  forgetActing()
  location.replace('/sign-in')
}

let timer = 0

/** Ends the session when nobody has touched the page for a while. Calling it again changes nothing. */
function watch(): void {
  try {
    sessionStorage.setItem(keys.shared, '1')
  } catch {
    // Without storage nothing is kept on the device either.
  }
  if (timer) return
  const leave = async (): Promise<void> => (await import('../account')).signOut().catch(() => undefined)
  const begin = (): void => {
    clearTimeout(timer)
    timer = window.setTimeout(() => void leave(), IDLE_MS)
  }
  for (const touch of ['pointerdown', 'keydown', 'scroll']) addEventListener(touch, begin, { passive: true, capture: true })
  begin()
}

function openAlready(): boolean {
  try {
    return sessionStorage.getItem(keys.shared) !== null
  } catch {
    return false
  }
}
