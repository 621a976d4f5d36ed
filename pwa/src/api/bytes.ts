import { ApiError, acts } from './client'
import type { Problem } from './types'

/** Milliseconds: an archive of many pictures is made while one waits. */
const TIMEOUT_MS = 120_000

/** What the server sent, and the name it gave it, if any. */
export interface Bytes {
  blob: Blob
  name: string | null
}

/**
 * Fetches what is no JSON: a picture of whom this tab acts for, an archive.
 * @param path below `/api/v1`, beginning with a slash
 * @param body a picture to send
 * @throws {ApiError} and nothing else
 */
export async function fetchBytes(method: string, path: string, body?: Blob): Promise<Bytes> {
  const mandate = acts.mandateFor(path)
  let response: Response
  let blob: Blob
  try {
    const headers: Record<string, string> = mandate ? { 'Acting-For': mandate } : {}
    response = await fetch(`/api/v1${path}`, { method, headers, body, credentials: 'same-origin', signal: AbortSignal.timeout(TIMEOUT_MS) })
    blob = await response.blob()
  } catch (error) {
    throw new ApiError(error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'unreachable', 0, null)
  }
  if (response.ok) return { blob, name: /filename="([^"/\\]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? null }
  const problem = (await blob.text().then(JSON.parse).catch(() => null)) as Problem | null
  if (typeof problem?.type === 'string') throw new ApiError('refused', response.status, problem, response.headers)
  throw new ApiError(response.status >= 502 ? 'unreachable' : 'malformed', response.status, null, response.headers)
}
