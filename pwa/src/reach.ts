import { reactive } from 'vue'
import { observeOutcomes } from './api/client'

/** Whether our server answers, by what became of the last requests; `navigator.onLine` is never asked, as it says yes when the server is down. */
export const reach = reactive<{ failing: boolean; lastSuccess: Date | null }>({ failing: false, lastSuccess: null })

observeOutcomes((reached) => {
  reach.failing = !reached
  if (reached) reach.lastSuccess = new Date()
})
