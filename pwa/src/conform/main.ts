/** The published TypeScript conformance adapter: one JSON request a line in, one JSON reply a line out, in order. */
import { OPERATIONS as credentials } from './credentials.ts'
import { BadRequest } from './reply.ts'
import type { Reply } from './reply.ts'
import { MAX_LINE_BYTES, readRequest, requestId } from './request.ts'
import { OPERATIONS as rules } from './rules.ts'
import { own } from '../rules/json.ts'

const OPERATIONS = new Map(Object.entries({ ...rules, ...credentials }))
const NEWLINE = 0x0a

function badRequest(detail: string): Reply {
  return { ok: false, error: 'bad-request', detail }
}

/** The reply to one line; never throws. */
async function answer(line: Uint8Array): Promise<Reply & { id: string | number | null }> {
  let id: string | number | null = null
  try {
    const request = readRequest(line)
    id = requestId(request)
    const name = own(request, 'op')
    const operation = typeof name === 'string' ? OPERATIONS.get(name) : undefined
    if (operation === undefined) throw new BadRequest('op is not a known operation')
    return { id, ...(await operation(request)) }
  } catch (error) {
    if (error instanceof BadRequest) return { id, ...badRequest(error.message) }
    return { id, ok: false, error: 'internal', detail: error instanceof Error ? error.name : 'unknown' }
  }
}

/** Lines of a byte stream; of a line beyond the bound only so much is kept that it is seen to be too long. */
async function* lines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = []
  let held = 0
  const keep = (piece: Uint8Array): void => {
    const kept = piece.subarray(0, MAX_LINE_BYTES + 1 - held)
    if (kept.length > 0) pieces.push(kept)
    held += kept.length
  }
  for await (const chunk of input) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end))
      yield Buffer.concat(pieces)
      pieces = []
      held = 0
      start = end + 1
    }
    keep(chunk.subarray(start))
  }
  if (held > 0) yield Buffer.concat(pieces)
}

// A caller that has stopped reading is no fault of ours.
process.stdout.on('error', () => process.exit(0))

for await (const line of lines(process.stdin)) {
  const reply = JSON.stringify(await answer(line)) + '\n'
  if (!process.stdout.write(reply)) await new Promise((resolve) => process.stdout.once('drain', resolve))
}
