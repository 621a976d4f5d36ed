import type { Problem } from './types'

/** Why a request did not give what was asked: nobody answered, the answer took too long, it made no sense, or it was a refusal. */
export type Failure = 'unreachable' | 'timeout' | 'malformed' | 'refused'

/** The only thing that requests throw. `problem` is there exactly when `failure` is `refused`. */
export class ApiError extends Error {
  constructor(
    readonly failure: Failure,
    readonly status: number,
    readonly problem: Problem | null,
    readonly headers: Headers | null = null,
  ) {
    super(problem ? `${problem.status} ${problem.type}` : failure)
    this.name = 'ApiError'
  }

  /** The problem's short code, such as `draft-behind`, or an empty string when the server said none. */
  get code(): string {
    return this.problem?.type.split(':').at(-1) ?? ''
  }

  /** Whether the same request may succeed later without any change. */
  get transient(): boolean {
    return this.failure !== 'refused' || this.status === 429 || this.status >= 500
  }
}

export interface RequestOptions {
  body?: unknown
  headers?: Record<string, string>
  /** Milliseconds before the request is given up; 15 000 unless told. */
  timeout?: number
  signal?: AbortSignal
  /** The mandate that the request is made under, null for oneself; what was chosen in this tab unless told. */
  mandate?: string | null
}

export interface Reply<T> {
  value: T
  status: number
  headers: Headers
}

type OutcomeListener = (reached: boolean) => void

const base = '/api/v1'
const listeners = new Set<OutcomeListener>()
/** Whom a request is made for; nobody but oneself until somebody else is chosen (`actingChoice`). */
export const acts = {
  /** The mandate that a request to this address is made under, if any. */
  mandateFor: (_path: string): string | null => null,
  /** Called with every refusal and the mandate that was asked under, if any. Whoever listens passes it on. */
  refused(_refusal: ApiError, _mandate: string | null): void {},
}

/**
 * Calls `listener` after every request with whether our server answered it: the only honest sign of being connected.
 * @returns a function that ends the listening
 */
export function observeOutcomes(listener: OutcomeListener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function report(reached: boolean): void {
  for (const listener of listeners) listener(reached)
}

/**
 * Sends one request to the API and reads the JSON it answers.
 * @param path below `/api/v1`, beginning with a slash
 * @throws {ApiError} and nothing else
 */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<Reply<T>> {
  const deadline = AbortSignal.timeout(options.timeout ?? 15_000)
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  const mandate = options.mandate === undefined ? acts.mandateFor(path) : options.mandate
  if (mandate) headers['Acting-For'] = mandate
  let response: Response
  let text: string
  try {
    response = await fetch(base + path, {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      credentials: 'same-origin',
      cache: 'no-cache',
      signal,
    })
    text = response.status === 204 ? '' : await response.text()
  } catch {
    if (!options.signal?.aborted) report(false)
    throw new ApiError(deadline.aborted ? 'timeout' : 'unreachable', 0, null)
  }
  // A gateway that answers for a server it cannot reach is not our server.
  const gateway = response.status === 502 || response.status === 504
  report(!gateway)
  const value = parse(text)
  const fault = (failure: Failure, problem: Problem | null = null): ApiError => new ApiError(failure, response.status, problem, response.headers)
  if (response.ok) {
    if (value === undefined && text) throw fault('malformed')
    return { value: value as T, status: response.status, headers: response.headers }
  }
  if (!isProblem(value)) throw fault(gateway || response.status === 503 ? 'unreachable' : 'malformed')
  const refusal = fault('refused', value)
  acts.refused(refusal, mandate)
  throw refusal
}

/** Reads one resource. @throws {ApiError} */
export async function get<T>(path: string, options?: RequestOptions): Promise<T> {
  return (await request<T>('GET', path, options)).value
}

/** Creates or commands; every such call carries an idempotency key, a fresh one unless the caller keeps its own. @throws {ApiError} */
export async function post<T>(path: string, body: unknown, key: string = crypto.randomUUID()): Promise<T> {
  return (await request<T>('POST', path, { body, headers: { 'Idempotency-Key': key } })).value
}

/** Replaces one resource. @throws {ApiError} */
export async function put<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T> {
  return (await request<T>('PUT', path, { body, headers })).value
}

/** Removes one resource. @throws {ApiError} */
export async function remove(path: string, options?: RequestOptions): Promise<void> {
  await request<undefined>('DELETE', path, options)
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof (value as Problem | null | undefined)?.type === 'string'
}
