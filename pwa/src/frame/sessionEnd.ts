import { computed, ref } from 'vue'
import { acts } from '../api/client'
import { session } from '../session'

const refused = ref(false)
const toldBefore = acts.refused
acts.refused = (code, mandate) => {
  toldBefore(code, mandate)
  if (code === 'sign-in-required' && session.account) refused.value = true
}

/** The server no longer knows the session of whom this phone still takes to be signed in: work goes on here, and is sent after signing in again. */
export const sessionEnded = computed(() => refused.value && session.account !== null && session.account.session.kind === 'resident')

/** To be called when the person has signed in again, or gone to where that is done. */
export function sessionEndSettled(): void {
  refused.value = false
}
