import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signedIn, signedOut, wipeAccount } from '../../src/offline/account'
import { emptyAnswer, keepAnswer, keepPhoto, readAnswer, readPhoto, sendAnswer, type CaseAnswer } from '../../src/offline/answers'
import { recall } from '../../src/offline/cached'
import { theStore } from '../../src/offline/store'
import { newPhone, restart } from './phone'
import { asItIs, hashes, photo, problem, StandIn } from './stand-in'

const CASE = 'case-7'
const COMMANDS = `/cases/${CASE}/commands`
let server: StandIn

/** An answer to a notice about one photo, with the photo. */
async function answered(content = 'sharp'): Promise<CaseAnswer> {
  const empty = emptyAnswer('correct', ['photo'])
  return keepPhoto(CASE, 'IMG_2.PNG', await asItIs(photo(content)), (entry) => ({ ...empty, files: { photo: [entry] }, savedAt: 1 }))
}
const posts = () => server.of('POST', COMMANDS)

beforeEach(async () => {
  await newPhone()
  server = new StandIn().install()
  server.more = async (call) => (call.path === COMMANDS ? new Response(JSON.stringify({ id: CASE, state: 'submitted' }), { status: 200 }) : null)
  await signedIn('account-1')
})
afterEach(() => vi.unstubAllGlobals())

describe('an answer to a notice', () => {
  test('is there after a restart, with its pictures, and for its account alone', async () => {
    const made = await answered()
    await restart()
    expect(await readAnswer(CASE, 'correct', ['photo'])).toEqual(made)
    expect(await (await readPhoto(CASE, made.files.photo![0]!))!.text()).toBe('sharp')
    await signedOut()
    await signedIn('account-1')
    expect((await readAnswer(CASE, 'correct', ['photo'])).id).toBe(made.id)
    await signedIn('account-2')
    expect(await (await theStore()).all('files', 'account-2')).toEqual([])
  })

  test('sends its pictures first, and all of it at once; then this phone keeps the case and forgets the answer', async () => {
    const made = await answered()
    expect((await sendAnswer(CASE, made, null)).kind).toBe('ok')
    expect(server.calls.map((call) => `${call.method} ${call.path.split('/')[1]}`)).toEqual(['HEAD files', 'POST uploads', 'PATCH uploads', 'POST cases'])
    expect(JSON.parse(posts()[0]!.text)).toEqual({ command: 'correct', files: { photo: hashes(made.files) }, values: null })
    expect((await recall<{ state: string }>(`/cases/${CASE}`))?.value.state).toBe('submitted')
    expect(await (await theStore()).all('files', 'account-1')).toEqual([])
  })

  test('whose reply is lost goes again under the same key and to the byte', async () => {
    const made = await answered()
    server.fate = (call) => (call.path === COMMANDS ? 'lose-reply' : 'fine')
    expect((await sendAnswer(CASE, made, null)).kind).toBe('unreachable')
    const [sha256] = hashes(made.files)
    await vi.waitFor(async () => expect((await (await theStore()).get('files', [`answer-${CASE}`, sha256!]))?.uploadUrl).toBeTruthy())
    await restart()
    server.fate = () => 'fine'
    const again = await readAnswer(CASE, 'correct', ['photo'])
    expect((await sendAnswer(CASE, again, null)).kind).toBe('ok')
    const [first, second] = posts()
    expect(second!.headers.get('Idempotency-Key')).toBe(first!.headers.get('Idempotency-Key'))
    expect(second!.text).toBe(first!.text)
  })

  test('that is refused stays, and one to an earlier notice is none to the next', async () => {
    const made = await answered()
    server.fate = (call) => (call.path === COMMANDS ? problem(422, 'material-missing', { materials: ['photo'] }) : 'fine')
    expect(await sendAnswer(CASE, made, null)).toMatchObject({ kind: 'problem', problem: { code: 'material-missing' } })
    expect((await readAnswer(CASE, 'correct', ['photo'])).id).toBe(made.id)
    const next = await readAnswer(CASE, 'correct', ['photo', 'proof'])
    expect([next.id === made.id, next.files]).toEqual([false, {}])
    expect(await (await theStore()).all('files', 'account-1')).toEqual([])
  })

  test('goes from the device with its account', async () => {
    await keepAnswer(CASE, emptyAnswer('correct', ['photo']))
    await wipeAccount('account-1')
    expect(await (await theStore()).all('files', 'account-1')).toEqual([])
  })

  test('under a mandate says so with every request', async () => {
    await sendAnswer(CASE, await answered(), 'mandate-1')
    expect(server.calls.map((call) => call.headers.get('Acting-For'))).toEqual(server.calls.map(() => 'mandate-1'))
  })
})
