import { shallowRef } from 'vue'
import { acting } from '../acting'
import { actFor } from '../actingChoice'
import type { ErasureAccepted } from '../api/types'
import { currentAccount, wipeAccount } from '../offline/account'
import { unsubscribePush } from '../offline/push'
import { forgetAccount } from '../session'
import { unread } from '../unread'

/** What the server said when it closed the account: shown once, kept nowhere. */
export const farewell = shallowRef<ErasureAccepted | null>(null)

/** Takes everything of the account off this phone. Never throws: the account is closed already, whatever the phone can do. */
export async function leaveForGood(accepted: ErasureAccepted): Promise<void> {
  farewell.value = accepted
  const account = await currentAccount().catch(() => null)
  await unsubscribePush()
  if (acting.current) actFor(null)
  forgetAccount()
  unread.value = 0
  if (account) await wipeAccount(account).catch(() => undefined)
}
