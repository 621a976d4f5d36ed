import { editDraft, readDraft, readDrafts, type DraftContent, type DraftOperation, type OnBehalf, type ServerDraft } from './draft-record'
import { currentAccount } from './account'
import { deviceName } from './device-name'
import type { JsonObject } from './json-pointer'
import { attempt, isTransient, needsSignIn, type Outcome } from './request'
import { ANONYMOUS } from './vault'

/** Changes that come while one is on its way are sent after it; a form cannot change faster than this many rounds. */
const MAX_ROUNDS = 5
const MAX_PULLED = 50

/** A draft is its applicant's on the server, whomever this tab acts for by now. */
const under = (content: DraftContent): { mandate: string | null } => ({ mandate: content.onBehalf?.mandate ?? null })

type Saved = { id: string; revision: number; updated_at: string }

/** What the server is told of a draft; undefined members would vanish, so there are none. */
function operationFor(content: DraftContent): DraftOperation {
  const id = crypto.randomUUID()
  const { item, guideHash, formHash, values, files, step, changed, revision } = content
  const body = { operation: id, item, guide_hash: guideHash, form_hash: formHash, values, files, step, device: deviceName() }
  return { id, base: revision, at: changed, body: JSON.stringify(body) }
}

function isServerDraft(value: unknown): value is ServerDraft {
  const draft = value as Partial<ServerDraft> | null
  return typeof draft === 'object' && draft !== null && typeof draft.revision === 'number' && typeof draft.values === 'object'
}

/** The draft with the server's text in place of its own. */
export function takeTheirs(content: DraftContent, theirs: ServerDraft): DraftContent {
  const { values, files, step, revision, guide_hash: guideHash, form_hash: formHash } = theirs
  const savedAt = Date.parse(theirs.updated_at) || content.savedAt
  const settled = { operation: null, theirs: null, problem: null, synced: content.changed }
  return { ...content, values, files, step, revision, guideHash, formHash, savedAt, ...settled }
}

const sameJson = (left: unknown, right: unknown): boolean => canonical(left) === canonical(right)

function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const fields = Object.entries(value as JsonObject).sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join()}}`
}

/** What a draft becomes when the server holds a newer text than the one it was built on. */
export function meet(content: DraftContent, theirs: ServerDraft): DraftContent {
  if (content.changed === content.synced) return takeTheirs(content, theirs)
  if (sameJson(content.values, theirs.values) && sameJson(content.files, theirs.files)) {
    return { ...content, revision: theirs.revision, operation: null, synced: content.changed, problem: null }
  }
  // Both texts stay, whole; which one, or which parts of each, is for the person to say.
  return { ...content, operation: null, theirs, problem: null }
}

/** What a draft becomes when the sync of this operation has ended so. */
export function settle(content: DraftContent, operation: DraftOperation, outcome: Outcome<Saved>, current: ServerDraft | null): DraftContent {
  if (content.operation?.id !== operation.id) return content
  if (outcome.kind === 'ok') return { ...content, operation: null, revision: outcome.body.revision, synced: operation.at, problem: null }
  if (isTransient(outcome) || needsSignIn(outcome) || outcome.kind !== 'problem') return content
  if (outcome.status === 412) return current ? meet(content, current) : content
  // Deleted elsewhere while it is being filled here: what is on this phone counts, so it is created anew.
  if (outcome.status === 404 && operation.base > 0) return { ...content, operation: null, revision: 0 }
  return { ...content, operation: null, problem: outcome.problem }
}

async function deleteOnServer(content: DraftContent): Promise<Outcome<unknown>> {
  const headers = { 'If-Match': `"${content.revision}"` }
  const outcome = await attempt('DELETE', `/drafts/${content.id}`, { headers, ...under(content) })
  // A newer text of another device survives: thrown away was the old one.
  const over = outcome.kind === 'ok' || (!isTransient(outcome) && !needsSignIn(outcome))
  if (over) await editDraft(content.id, (kept) => (kept?.discarded ? { content: null } : null))
  return outcome
}

const inFlight = new Map<string, Promise<Outcome<unknown>>>()
const NOTHING_TO_SEND: Outcome<null> = { kind: 'ok', status: 204, body: null }

async function sync(id: string): Promise<Outcome<unknown>> {
  let outcome: Outcome<unknown> = NOTHING_TO_SEND
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const content = await editDraft(id, (kept) => {
      const due = kept && !kept.discarded && !kept.theirs && !kept.operation && (kept.changed > kept.synced || kept.revision === 0)
      return due ? { content: { ...kept, operation: operationFor(kept) } } : null
    })
    if (content?.discarded) return deleteOnServer(content)
    const operation = content?.operation
    if (!content || !operation) return outcome
    const headers = { 'If-Match': `"${operation.base}"` }
    const answer = await attempt<Saved>('PUT', `/drafts/${id}`, { body: JSON.parse(operation.body), headers, ...under(content) })
    outcome = answer
    const current = answer.kind === 'problem' && answer.status === 412 ? await currentText(content, answer.problem.members.current) : null
    const after = await editDraft(id, (kept) => (kept ? { content: settle(kept, operation, answer, current) } : null))
    if (!after || after.operation?.id === operation.id || after.problem) return outcome
  }
  return outcome
}

async function currentText(content: DraftContent, offered: unknown): Promise<ServerDraft | null> {
  if (isServerDraft(offered)) return offered
  const fetched = await attempt<ServerDraft>('GET', `/drafts/${content.id}`, under(content))
  return fetched.kind === 'ok' && isServerDraft(fetched.body) ? fetched.body : null
}

/**
 * Brings the server up to date with this draft. An operation whose answer was lost goes out again as it was.
 * Returns the last outcome; what it did to the draft is stored. Raises StorageFailed, Unreadable.
 */
export function syncDraft(id: string): Promise<Outcome<unknown>> {
  const running = inFlight.get(id)
  if (running) return running
  const started = sync(id).finally(() => inFlight.delete(id))
  inFlight.set(id, started)
  return started
}

/** Syncs every draft of the account; stops at the first sign that the server is away or wants signing in. */
export async function syncDrafts(): Promise<void> {
  if ((await currentAccount()) === ANONYMOUS) return
  for (const content of await readDrafts()) {
    const waiting = content.discarded || (!content.theirs && !content.problem && content.changed > content.synced)
    if (!waiting) continue
    const outcome = await syncDraft(content.id)
    if (isTransient(outcome) || needsSignIn(outcome)) return
  }
}

/** Decides a conflict: `mine` is sent over theirs, `theirs` replaces what is here. Does nothing when there is none. */
export function resolveConflict(id: string, choice: 'mine' | 'theirs'): Promise<DraftContent | null> {
  return editDraft(id, (content) => {
    if (!content?.theirs) return null
    if (choice === 'theirs') return { content: takeTheirs(content, content.theirs) }
    return { content: { ...content, revision: content.theirs.revision, theirs: null, changed: content.changed + 1 } }
  })
}

function contentOf(theirs: ServerDraft, onBehalf: OnBehalf | null): DraftContent {
  const own = { changed: 0, synced: 0, operation: null, theirs: null, problem: null, submission: null, discarded: false, savedAt: 0, onBehalf }
  const { id, item, guide_hash: guideHash, form_hash: formHash, values, files, step, revision } = theirs
  return takeTheirs({ id, item, guideHash, formHash, values, files, step, revision, ...own }, theirs)
}

/** Fetches drafts of oneself or a party that other devices have begun or carried on. Work that is only here is never touched. */
export async function pullDrafts(onBehalf: OnBehalf | null = null): Promise<void> {
  if ((await currentAccount()) === ANONYMOUS) return
  const mandate = onBehalf?.mandate ?? null
  const listed = await attempt<{ drafts: { id: string; revision: number }[] }>('GET', '/drafts', { mandate })
  if (listed.kind !== 'ok') return
  for (const { id, revision } of listed.body.drafts.slice(0, MAX_PULLED)) {
    const kept = await readDraft(id)
    if (kept && (kept.revision >= revision || kept.discarded || kept.submission || kept.changed > kept.synced)) continue
    const fetched = await attempt<ServerDraft>('GET', `/drafts/${id}`, { mandate })
    if (fetched.kind !== 'ok' || !isServerDraft(fetched.body)) continue
    const theirs = fetched.body
    await editDraft(id, (now) => {
      if (!now) return { content: contentOf(theirs, onBehalf) }
      return now.changed === now.synced && !now.submission ? { content: takeTheirs(now, theirs) } : null
    })
  }
}
