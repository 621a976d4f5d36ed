import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { signedIn } from '../../src/offline/account'
import { readDraft } from '../../src/offline/draft-record'
import { openDraft, type DraftHandle } from '../../src/offline/drafts'
import { enqueue, flushSubmissions, NotSubmittable, readSubmissions } from '../../src/offline/submission'
import { newPhone, restart } from './phone'
import { guide, StandIn, type Fate } from './stand-in'

const FULL_SIZE = 2_000
const numRuns = Math.max(10, Math.round(FULL_SIZE * Number(process.env.ZHANGBAN_TEST_SCALE ?? '0.01')))

/** What a person believes: what was called saved, and whether it was handed in. */
interface Belief {
  saved: string | null
  handedIn: boolean
}

interface World {
  server: StandIn
  draft: DraftHandle
}

class Type implements fc.AsyncCommand<Belief, World> {
  constructor(private text: string) {}
  check = (belief: Readonly<Belief>) => !belief.handedIn
  async run(belief: Belief, world: World) {
    if (await world.draft.set('/name', this.text)) belief.saved = this.text
  }
  toString = () => `type ${JSON.stringify(this.text)}`
}

class Submit implements fc.AsyncCommand<Belief, World> {
  check = (belief: Readonly<Belief>) => belief.saved !== null && !belief.handedIn
  async run(belief: Belief, world: World) {
    await enqueue(world.draft.state.id)
    belief.handedIn = true
    await expect(enqueue(world.draft.state.id)).rejects.toThrow(NotSubmittable)
  }
  toString = () => 'submit'
}

class Flush implements fc.AsyncCommand<Belief, World> {
  constructor(private fates: Fate[]) {}
  check = () => true
  async run(_belief: Belief, world: World) {
    const fates = [...this.fates]
    world.server.fate = () => fates.shift() ?? 'fine'
    await Promise.all([flushSubmissions({ eager: true }), flushSubmissions({ eager: true })])
    world.server.fate = () => 'down'
  }
  toString = () => `flush ${JSON.stringify(this.fates)}`
}

class Sync implements fc.AsyncCommand<Belief, World> {
  constructor(private fate: Fate) {}
  check = () => true
  async run(_belief: Belief, world: World) {
    world.server.fate = () => this.fate
    await world.draft.sync()
    world.server.fate = () => 'down'
  }
  toString = () => `sync ${String(this.fate)}`
}

class Restart implements fc.AsyncCommand<Belief, World> {
  check = () => true
  async run(_belief: Belief, world: World) {
    const { id } = world.draft.state
    world.draft.close()
    await restart()
    world.draft = await openDraft('jzz', guide, id)
  }
  toString = () => 'restart'
}

afterEach(() => vi.unstubAllGlobals())

test(
  'by any order of typing, lost calls, lost replies, errors and restarts, what was handed in is one case with the saved text',
  async () => {
    const fate = fc.constantFrom<Fate>('fine', 'down', 'lose-reply', 500, 503, 429)
    const commands = [
      fc.string({ minLength: 1, maxLength: 8 }).map((text) => new Type(text)),
      fc.constant(new Submit()),
      fc.array(fate, { maxLength: 4 }).map((fates) => new Flush(fates)),
      fate.map((one) => new Sync(one)),
      fc.constant(new Restart()),
    ]
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 20 }), async (run) => {
        await newPhone()
        const server = new StandIn().install()
        server.fate = () => 'down'
        await signedIn('account-1')
        const world: World = { server, draft: await openDraft('jzz', guide) }
        const belief: Belief = { saved: null, handedIn: false }
        await fc.asyncModelRun(() => ({ model: belief, real: world }), run)
        server.fate = () => 'fine'
        await flushSubmissions({ eager: true })
        world.draft.close()
        const filed = [...server.cases.values()].map((entry) => (JSON.parse(entry.body) as { values: { name: string } }).values.name)
        expect(filed).toEqual(belief.handedIn ? [belief.saved] : [])
        if (belief.handedIn) expect((await readSubmissions()).map((submission) => submission.state)).toEqual(['sent'])
        else expect((await readDraft(world.draft.state.id))?.values.name ?? null).toBe(belief.saved)
      }),
      { numRuns },
    )
  },
  60_000 + numRuns * 200,
)
