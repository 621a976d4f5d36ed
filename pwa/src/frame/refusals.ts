import { computed, ref } from 'vue'
import { acts } from '../api/client'
import { forgetAccount, session } from '../session'

const refused = ref(false)
const toldBefore = acts.refused
acts.refused = (refusal, mandate) => {
  toldBefore(refusal, mandate)
  if (refusal.code === 'sign-in-required' && session.account) {
    // On a device that others use too, nothing stays on the screen: it is wiped and left.
    if (session.account.session.shared) forgetAccount()
    else refused.value = true
  }
  if (refusal.code === 'maintenance') closedUntil.value = Date.parse(String(refusal.problem?.until)) || Date.now()
}

/** Until when the server has said to be closed for work, epoch milliseconds; 0 while it answers. */
export const closedUntil = ref(0)

/** The server no longer knows the session of whom this phone still takes to be signed in: work goes on here, and is sent after signing in again. */
export const sessionEnded = computed(() => refused.value && session.account !== null && session.account.session.kind === 'resident')

/** To be called when the person has signed in again, or gone to where that is done. */
export function sessionEndSettled(): void {
  refused.value = false
}
