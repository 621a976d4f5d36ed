import type { Receipt } from '../api/types'
import { currentAccount, DRAFTS_LOCK } from './account'
import { announce } from './changes'
import { draftPut, draftRemoval, readDraft, type DraftContent, type FileEntry, type OnBehalf } from './draft-record'
import { syncDraft } from './draft-sync'
import { exclusively, ifFree } from './exclusive'
import { attempt, isTransient, needsSignIn, type Outcome, type Problem } from './request'
import { theStore, type Change, type OutboxRow, type SubmissionState } from './store'
import { uploadFiles, type UploadProgress } from './tus'
import { ANONYMOUS, openJson, sealJson } from './vault'

export type { Receipt }

export const OUTBOX_LOCK = 'zhangban-outbox'
const BACKOFF_CAP_MS = 300_000
const BACKOFF_FIRST_MS = 1_000

/** One submission on its way. `id` is its Idempotency-Key, and `body` never changes: every try is the same to the byte. */
export interface Submission {
  id: string
  kind: 'case'
  draft: string
  item: string
  state: SubmissionState
  attempts: number
  /** epoch milliseconds */
  nextAt: number
  queuedAt: number
  body: string
  files: FileEntry[]
  problem: Problem | null
  receipt: Receipt | null
  /** the case it became; also known where the receipt was lost */
  caseId: string | null
  /** whose application it is, under the mandate it was submitted with, whatever is chosen later; null for one's own */
  onBehalf?: OnBehalf | null
}

type Sealable = Omit<Submission, 'id' | 'draft' | 'state' | 'attempts' | 'nextAt'>

/** This draft cannot be submitted: it is not here (`missing`), submitted already, or two texts of it await a choice. */
export class NotSubmittable extends Error {
  override name = 'NotSubmittable'
  constructor(readonly reason: 'missing' | 'submitted' | 'conflict') {
    super(`The draft cannot be submitted: ${reason}.`)
  }
}

async function rowOf(submission: Submission, account: string): Promise<OutboxRow> {
  const { id, draft, state, attempts, nextAt, ...sealable } = submission
  return { id, account, draft, state, attempts, nextAt, sealed: await sealJson('outbox', account, id, sealable) }
}

async function submissionOf(row: OutboxRow): Promise<Submission> {
  const { id, draft, state, attempts, nextAt } = row
  return { id, draft, state, attempts, nextAt, ...(await openJson<Sealable>('outbox', row.account, row.id, row.sealed)) }
}

/** The current account's submissions, newest first; damaged rows are left out. Raises StorageFailed. */
export async function readSubmissions(): Promise<Submission[]> {
  const rows = await (await theStore()).all('outbox', await currentAccount())
  const read = await Promise.all(rows.map((row) => submissionOf(row).catch(() => null)))
  return read.filter((submission) => submission !== null).sort((left, right) => right.queuedAt - left.queuedAt)
}

function bodyOf(content: DraftContent): string {
  const files = Object.fromEntries(Object.entries(content.files).map(([material, entries]) => [material, entries.map((entry) => entry.sha256)]))
  const { id: draft, item, guideHash: guide_hash, formHash: form_hash, values, filing = {} } = content
  const wishes = { ...(filing.project ? { project: filing.project } : {}), ...(filing.byPerson ? { by_person: true } : {}), ...(filing.renews ? { renews: filing.renews } : {}), ...(content.promise ? { promise: true } : {}) }
  return JSON.stringify({ draft, item, guide_hash, form_hash, values, files, ...wishes })
}

/**
 * Freezes the draft into a submission and puts it into the outbox, in one transaction with the draft. Needs neither
 * network nor sign-in. Returns the submission's id. Raises NotSubmittable, StorageFailed.
 */
export async function enqueue(draftId: string, now: number = Date.now()): Promise<string> {
  const id = crypto.randomUUID()
  await exclusively(DRAFTS_LOCK, async () => {
    const store = await theStore()
    const [row, content] = [await store.get('drafts', draftId), await readDraft(draftId)]
    if (!row || !content || content.discarded) throw new NotSubmittable('missing')
    if (content.submission) throw new NotSubmittable('submitted')
    if (content.theirs) throw new NotSubmittable('conflict')
    const frozen = { body: bodyOf(content), files: Object.values(content.files).flat(), item: content.item, onBehalf: content.onBehalf ?? null }
    const progress = { state: 'queued' as const, attempts: 0, nextAt: 0, queuedAt: now, problem: null, receipt: null, caseId: null }
    const submission: Submission = { id, kind: 'case', draft: draftId, ...progress, ...frozen }
    const earlier = (await store.all('outbox', row.account)).filter((other) => other.draft === draftId && other.state === 'rejected')
    await store.commit([
      ...earlier.map((other): Change => ({ store: 'outbox', remove: other.id })),
      { store: 'outbox', put: await rowOf(submission, row.account) },
      await draftPut({ ...content, submission: id }, row.account),
    ])
  })
  announce({ kind: 'outbox' })
  announce({ kind: 'draft', id: draftId })
  return id
}

/** Milliseconds to wait after so many attempts: doubling, up to five minutes, spread so that phones do not return together. */
export function backoff(attempts: number, retryAfter: number | null, random: () => number): number {
  const doubled = Math.min(BACKOFF_CAP_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempts, 20))
  const spread = doubled * (0.75 + 0.25 * random())
  return Math.min(BACKOFF_CAP_MS, Math.max(spread, (retryAfter ?? 0) * 1_000))
}

/** The case that the draft has become before, under a key that this phone has lost. */
function caseOfDraft(outcome: Outcome<unknown>): string | null {
  if (outcome.kind !== 'problem' || outcome.problem.code !== 'draft-submitted') return null
  const { case_id: id } = outcome.problem.members
  return typeof id === 'string' ? id : null
}

const isReceipt = (body: unknown): body is Receipt => typeof (body as Receipt | null)?.case?.id === 'string'

/**
 * What a submission becomes by the outcome of a try, which alone decides: taken, to be sent again as it is, or refused
 * with the reason kept. `sent` is true when the outcome is that of the submission itself, not of one of its files.
 */
export function judge(submission: Submission, outcome: Outcome<unknown>, sent: boolean, now: number, random: () => number): Submission {
  const queued = { ...submission, state: 'queued' as const }
  if (outcome.kind === 'ok') {
    // A 2xx without a receipt is no receipt: asked again under the same key, the server answers the same.
    if (sent && isReceipt(outcome.body)) return { ...submission, state: 'sent', receipt: outcome.body, caseId: outcome.body.case.id, problem: null }
    return { ...queued, nextAt: now + backoff(submission.attempts, null, random) }
  }
  const taken = sent ? caseOfDraft(outcome) : null
  if (taken) return { ...submission, state: 'sent', caseId: taken, problem: null }
  const retryAfter = outcome.kind === 'problem' ? outcome.retryAfter : null
  if (isTransient(outcome)) return { ...queued, nextAt: now + backoff(submission.attempts, retryAfter, random) }
  if (outcome.kind === 'problem' && outcome.status !== 401) return { ...submission, state: 'rejected', problem: outcome.problem }
  return { ...queued, nextAt: 0 }
}

async function record(submission: Submission): Promise<void> {
  await exclusively(DRAFTS_LOCK, async () => {
    const store = await theStore()
    const row = await store.get('outbox', submission.id)
    if (!row) return
    const changes: Change[] = [{ store: 'outbox', put: await rowOf(submission, row.account) }]
    const content = submission.state === 'sent' || submission.state === 'rejected' ? await readDraft(submission.draft) : null
    // What the server misses is asked for when the form is opened again.
    const problem = submission.problem?.code === 'material-missing' ? submission.problem : (content?.problem ?? null)
    if (content && submission.state === 'rejected') changes.push(await draftPut({ ...content, submission: null, problem }, row.account))
    // The server has made its copy of the draft into the case: both have served their purpose.
    if (content && submission.state === 'sent') changes.push(...(await draftRemoval(submission.draft, row.account)))
    await store.commit(changes)
  })
  announce({ kind: 'outbox' })
  announce({ kind: 'draft', id: submission.draft })
}

export interface FlushOptions {
  /** try also what still waits for its time: a person asked, or the network came back */
  eager: boolean
  now?: () => number
  random?: () => number
  progress?: UploadProgress
}

export interface FlushResult {
  sent: number
  rejected: number
  /** still to be sent */
  waiting: number
  /** epoch milliseconds of the next try worth making, or null */
  nextAt: number | null
  needsSignIn: boolean
}

/** Where an item's submission goes; a bundle's becomes several cases at once. Pure. */
export const addressOf = (item: string): string => (item.startsWith('bundle-') ? `/bundles/${item.slice('bundle-'.length)}/filings` : '/cases')

/** Files first, then the draft, then the submission itself; the first outcome that is not success ends the try. */
async function deliver(submission: Submission, account: string, progress?: UploadProgress): Promise<{ outcome: Outcome<unknown>; sent: boolean }> {
  const mandate = submission.onBehalf?.mandate ?? null
  const uploaded = await uploadFiles(submission.draft, submission.files, progress, mandate)
  if (uploaded.kind !== 'ok') return { outcome: uploaded, sent: false }
  const synced = await syncDraft(submission.draft)
  // A draft the server will not keep stops nothing: what counts is the frozen text.
  if (isTransient(synced) || needsSignIn(synced)) return { outcome: synced, sent: false }
  // Someone else may have signed in meanwhile: nobody's application is filed under another's name.
  if ((await currentAccount()) !== account) return { outcome: { kind: 'unreachable' }, sent: false }
  const headers = { 'Idempotency-Key': submission.id }
  return { outcome: await attempt('POST', addressOf(submission.item), { body: JSON.parse(submission.body), headers, mandate }), sent: true }
}

async function flush(options: FlushOptions): Promise<FlushResult> {
  const { now = Date.now, random = Math.random } = options
  const result: FlushResult = { sent: 0, rejected: 0, waiting: 0, nextAt: null, needsSignIn: false }
  const open = (await readSubmissions()).filter((submission) => submission.state === 'queued' || submission.state === 'sending')
  const account = await currentAccount()
  if (account === ANONYMOUS) return { ...result, waiting: open.length, needsSignIn: open.length > 0 }
  for (const submission of open.reverse()) {
    let next = submission
    const due = options.eager || submission.nextAt <= now()
    if (due && !result.needsSignIn) {
      const trying: Submission = { ...submission, state: 'sending', attempts: submission.attempts + 1 }
      await record(trying)
      const { outcome, sent } = await deliver(trying, account, options.progress)
      next = judge(trying, outcome, sent, now(), random)
      await record(next)
      result.needsSignIn = needsSignIn(outcome)
    }
    if (next.state === 'sent') result.sent += 1
    else if (next.state === 'rejected') result.rejected += 1
    else {
      result.waiting += 1
      result.nextAt = Math.min(result.nextAt ?? Infinity, next.nextAt)
    }
  }
  return result
}

/** Sends what waits, unless a page or the worker is at it already. Raises StorageFailed. */
export function flushSubmissions(options: FlushOptions): Promise<FlushResult | 'busy'> {
  return ifFree(OUTBOX_LOCK, () => flush(options))
}

/** Takes back a submission that was never tried, so that its draft can be changed again; false when it may have left. */
export async function withdrawSubmission(id: string): Promise<boolean> {
  const withdrawn = await ifFree(OUTBOX_LOCK, () =>
    exclusively(DRAFTS_LOCK, async () => {
      const store = await theStore()
      const row = await store.get('outbox', id)
      if (!row || row.state !== 'queued' || row.attempts > 0) return false
      const content = await readDraft(row.draft)
      const changes: Change[] = [{ store: 'outbox', remove: id }]
      if (content) changes.push(await draftPut({ ...content, submission: null }, row.account))
      await store.commit(changes)
      return true
    }),
  )
  if (withdrawn !== true) return false
  announce({ kind: 'outbox' })
  return true
}

/** Takes a finished submission off the list: its receipt was seen, or its refusal read. Does nothing to one on its way. */
export async function dismissSubmission(id: string): Promise<void> {
  const store = await theStore()
  const row = await store.get('outbox', id)
  if (row?.state !== 'sent' && row?.state !== 'rejected') return
  await store.commit([{ store: 'outbox', remove: id }])
  announce({ kind: 'outbox' })
}
