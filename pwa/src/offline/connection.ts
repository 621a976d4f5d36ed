import { reactive, readonly } from 'vue'
import { observeOutcomes } from '../api/client'
import { needsSignIn, onOutcome } from './request'

interface Connection {
  /** null until the first request has ended */
  reachable: boolean | null
  /** epoch milliseconds of the last answer */
  reachedAt: number | null
  /** epoch milliseconds since when nothing has answered */
  lostAt: number | null
  /** the server refused this session: work is kept, and goes out after signing in */
  needsSignIn: boolean
}

const state = reactive<Connection>({ reachable: null, reachedAt: null, lostAt: null, needsSignIn: false })

observeOutcomes((reached) => {
  if (reached) Object.assign(state, { reachable: true, reachedAt: Date.now(), lostAt: null })
  else if (state.reachable !== false) Object.assign(state, { reachable: false, lostAt: Date.now() })
})
onOutcome((outcome) => {
  if (needsSignIn(outcome)) state.needsSignIn = true
})

/** Whether the server answers, by what became of the last requests; `navigator.onLine` is true even with the server down. */
export const connection = readonly(state)

/** To be called when the session is known to be good, or ended by the person's own wish. */
export function signInSettled(): void {
  state.needsSignIn = false
}
