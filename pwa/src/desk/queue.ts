import { ref } from 'vue'
import type { BulkCommand, BulkResult, BulkResults } from '../api/schema'
import { ApiError, get, post } from '../api/client'
import type { IconName } from '../components/Icon/shapes'
import type { Queue, QueueCase, QueueState } from './types'

export type Light = QueueCase['light']
/** What the queue is narrowed to; the names are those of the address. */
export interface Narrowing { light: Light | ''; item: string; step: string }

/** How many cases each section holds, as last heard; shown beside the sections on every page of the desk. */
export const counts = ref<Queue['counts'] | null>(null)

/** A number of cases as it is shown: the server counts no further than 1,000. */
export const atMost = (count: number): number | string => (count >= 1000 ? '999+' : count)

/** A light is told by its shape and its word; its colour only repeats them. */
export const LIGHTS: readonly { light: Light; icon: IconName; tone: 'danger' | 'warning' | 'success' | 'plain' }[] = [
  { light: 'red', icon: 'stop', tone: 'danger' },
  { light: 'amber', icon: 'warning', tone: 'warning' },
  { light: 'green', icon: 'done', tone: 'success' },
  { light: 'grey', icon: 'pause', tone: 'plain' },
]

/** What an address narrows the queue to; anything unknown narrows nothing. */
export function narrowingOf(query: Readonly<Record<string, unknown>>): Narrowing {
  const word = (name: string): string => (typeof query[name] === 'string' ? (query[name] as string) : '')
  const light = LIGHTS.find((each) => each.light === query.light)?.light ?? ''
  return { light, item: word('item'), step: word('step') }
}

/** A narrowing as the query of an address: only what is said. */
export function queryOf(narrowing: Narrowing): Record<string, string> {
  return Object.fromEntries(Object.entries(narrowing).filter(([, value]) => value !== '')) as Record<string, string>
}

/** Reads one page of a section, by what is due first. @throws {ApiError} */
export async function readQueue(state: QueueState, after: string | null = null, narrowing: Narrowing = { light: '', item: '', step: '' }): Promise<Queue> {
  const parameters = new URLSearchParams({ state, ...queryOf(narrowing), ...(after === null ? {} : { after }) })
  const queue = await get<Queue>(`/desk/queue?${parameters}`)
  counts.value = queue.counts
  return queue
}

/** The commands that some of the chosen cases can be given together, each with those cases. */
export function together(chosen: readonly QueueCase[]): { command: BulkCommand['command']; cases: QueueCase[] }[] {
  const commands = [...new Set(chosen.flatMap((each) => each.bulk))] as BulkCommand['command'][]
  return commands.map((command) => ({ command, cases: chosen.filter((each) => each.bulk.includes(command)) }))
}

/** Some cases that go to the server in one request; the key makes sure that asking again gives nothing twice. */
export interface Portion { key: string; cases: readonly QueueCase[]; results: BulkResult[] | null }

const PORTION = 10
export function portionsOf(cases: readonly QueueCase[]): Portion[] {
  const portions: Portion[] = []
  for (let at = 0; at < cases.length; at += PORTION) portions.push({ key: crypto.randomUUID(), cases: cases.slice(at, at + PORTION), results: null })
  return portions
}

/** Sends a portion; when it was not answered, none of its cases counts as done and the same portion can be sent again. @throws {ApiError} only for a session that has ended */
export async function send(command: BulkCommand['command'], portion: Portion): Promise<void> {
  const body: BulkCommand = { command, cases: portion.cases.map(({ id, version }) => ({ case_id: id, version })) }
  try {
    portion.results = (await post<BulkResults>('/desk/commands', body, portion.key)).results
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 401) throw error
    portion.results = portion.cases.map((each) => ({ case_id: each.id, outcome: 'failed', rule: null, state_name: null, version: null }))
  }
}

/** Whether some of a portion is still to be tried again. */
export const unfinished = (portion: Portion): boolean => portion.results === null || portion.results.some((each) => each.outcome === 'failed')
