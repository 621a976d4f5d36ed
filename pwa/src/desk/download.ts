import { ApiError } from '../api/client'
import type { Problem } from '../api/types'

/**
 * Reads a file of the API and hands it to the browser to keep.
 * @throws {ApiError} as every request; nothing is kept then
 */
export async function saveReply(address: string, name: string): Promise<void> {
  let reply: Response
  let body: Blob
  try {
    reply = await fetch(address, { credentials: 'same-origin', cache: 'no-store', headers: { Accept: '*/*' } })
    body = await reply.blob()
  } catch {
    throw new ApiError('unreachable', 0, null)
  }
  if (!reply.ok) {
    const problem = await body.text().then((text) => JSON.parse(text) as Problem).catch(() => null)
    throw new ApiError(problem ? 'refused' : 'malformed', reply.status, problem, reply.headers)
  }
  save(body, reply.headers.get('Content-Disposition')?.match(/filename="?([\w.-]+)"?/)?.[1] ?? name)
}

/** Hands a file to the browser to keep. */
export function save(body: Blob, name: string): void {
  const source = URL.createObjectURL(body)
  const link = document.createElement('a')
  link.href = source
  link.download = name
  link.click()
  // The browser has begun to read it by the next turn.
  setTimeout(() => URL.revokeObjectURL(source), 10_000)
}
