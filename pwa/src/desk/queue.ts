import { ref } from 'vue'
import { get } from '../api/client'
import type { Queue, QueueState } from './types'

/** How many cases each section holds, as last heard; shown beside the sections on every page of the desk. */
export const counts = ref<Queue['counts'] | null>(null)

/** Reads one page of a section, the earliest due date first. @throws {ApiError} */
export async function readQueue(state: QueueState, after: string | null = null): Promise<Queue> {
  const parameters = new URLSearchParams({ state, ...(after === null ? {} : { after }) })
  const queue = await get<Queue>(`/desk/queue?${parameters}`)
  counts.value = queue.counts
  return queue
}
