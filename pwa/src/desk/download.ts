import { ApiError } from '../api/client'
import type { Problem } from '../api/types'
import { save } from '../saveFile'

export { save }

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
