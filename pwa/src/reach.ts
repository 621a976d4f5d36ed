import { reactive } from 'vue'
import { get, observeOutcomes } from './api/client'

/**
 * Whether our server answers, by what became of the last requests. `navigator.onLine` says yes when the server is down; its no, before
 * the first request, is believed, so that the line that says so is there at once and moves nothing later.
 */
export const reach = reactive<{ failing: boolean; lastSuccess: Date | null }>({ failing: !navigator.onLine, lastSuccess: null })

observeOutcomes((reached) => {
  reach.failing = !reached
  if (reached) reach.lastSuccess = new Date()
})

const retryMilliseconds = 15_000
let timer = 0

/** Asks the server for a sign of life; what comes of it is seen by the listener above. */
function probe(): void {
  void get('/session', { timeout: 6_000 }).catch(() => undefined)
}

// What the browser believes is only a reason to ask: both events may be wrong.
addEventListener('offline', probe)
addEventListener('online', probe)
observeOutcomes((reached) => {
  clearTimeout(timer)
  if (!reached) timer = window.setTimeout(probe, retryMilliseconds)
})
