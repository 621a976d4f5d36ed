import { ApiError, request, type RequestOptions } from '../api/client'

const RETRY_AFTER_CAP_S = 300

/** A refusal (RFC 9457). `code` is the part of its type after `urn:zhangban:problem:`, or `http-<status>`. */
export interface Problem {
  code: string
  status: number
  title: string
  detail: string
  /** further members, which depend on the code */
  members: Record<string, unknown>
}

/** What became of a request. Only this decides what happens next: `navigator.onLine` is never asked. */
export type Outcome<T> =
  | { kind: 'ok'; status: number; body: T }
  | { kind: 'problem'; status: number; problem: Problem; retryAfter: number | null }
  | { kind: 'unreachable' }

type OutcomeListener = (outcome: Outcome<unknown>) => void
const listeners = new Set<OutcomeListener>()

/** Calls the listener with each outcome of `attempt`. Returns the function that ends it. */
export function onOutcome(listener: OutcomeListener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The problem in a refusal; a body that is no problem+json still gives one. */
export function readProblem(status: number, body: unknown): Problem {
  const members = (body !== null && typeof body === 'object' && !Array.isArray(body) ? body : {}) as Record<string, unknown>
  const text = (name: string) => (typeof members[name] === 'string' ? members[name] : '')
  const code = /^urn:zhangban:problem:([a-z0-9-]+)$/.exec(text('type'))?.[1]
  return { code: code ?? `http-${status}`, status, title: text('title'), detail: text('detail'), members }
}

/** Seconds to wait as the server asks, at most five minutes, or null; a date or nonsense counts as not asked. */
export function readRetryAfter(header: string | null | undefined): number | null {
  return header && /^\d{1,6}$/.test(header) ? Math.min(Number(header), RETRY_AFTER_CAP_S) : null
}

function outcomeOf(error: ApiError): Outcome<never> {
  const { failure, status, problem, headers } = error
  // A 2xx that makes no sense is the sign-in page of some Wi-Fi, not our server.
  if (failure === 'unreachable' || failure === 'timeout' || status < 400) return { kind: 'unreachable' }
  return { kind: 'problem', status, problem: readProblem(status, problem), retryAfter: readRetryAfter(headers?.get('Retry-After')) }
}

/**
 * Calls the API and never throws for what the server or the network did.
 * @param path behind `/api/v1`, with its leading slash
 */
export async function attempt<T>(method: string, path: string, options: RequestOptions = {}): Promise<Outcome<T>> {
  let outcome: Outcome<T>
  try {
    const reply = await request<T>(method, path, options)
    outcome = { kind: 'ok', status: reply.status, body: reply.value }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    outcome = outcomeOf(error)
  }
  for (const listener of listeners) listener(outcome)
  return outcome
}

/** The session is gone: whatever is to be sent waits for signing in. */
export function needsSignIn(outcome: Outcome<unknown>): boolean {
  return outcome.kind === 'problem' && outcome.status === 401
}

/** The same request may succeed later without any change. */
export function isTransient(outcome: Outcome<unknown>): boolean {
  if (outcome.kind === 'unreachable') return true
  return outcome.kind === 'problem' && (outcome.status >= 500 || [408, 425, 429].includes(outcome.status))
}
