import { currentAccount, DRAFTS_LOCK } from './account'
import { announce } from './changes'
import { exclusively } from './exclusive'
import type { JsonObject } from './json-pointer'
import type { Problem } from './request'
import { theStore, type Change, type DraftRow } from './store'
import { openJson, sealJson } from './vault'

/** A file as the API names it; its bytes lie apart, under the same hash. */
export interface FileEntry {
  sha256: string
  name: string
  size: number
  media_type: string
}

/** The files of a material with this one: in the place of `instead`, where that is still there, else behind the others. Pure. */
export function placed(files: readonly FileEntry[], entry: FileEntry, instead?: string): FileEntry[] {
  const others = files.filter((one) => one.sha256 !== entry.sha256)
  return others.some((one) => one.sha256 === instead) ? others.map((one) => (one.sha256 === instead ? entry : one)) : [...others, entry]
}

/** A draft as the server holds it. */
export interface ServerDraft {
  id: string
  item: string
  guide_hash: string
  form_hash: string
  values: JsonObject
  files: Record<string, FileEntry[]>
  step: number
  device: string
  revision: number
  updated_at: string
}

/** A sync whose answer is not known yet: sent again as it is, under the same id, until one comes. */
export interface DraftOperation {
  id: string
  base: number
  /** the local change that it carries */
  at: number
  body: string
}

/** For whom something was made here, and under which mandate. The name is as it was known then. */
export interface OnBehalf {
  mandate: string
  party: string
  name: string
}

/** Everything this phone knows of a draft. */
export interface DraftContent {
  id: string
  item: string
  guideHash: string
  formHash: string
  values: JsonObject
  files: Record<string, FileEntry[]>
  step: number
  /** epoch milliseconds of the last change that is on this phone */
  savedAt: number
  /** the server's; 0 when it has none */
  revision: number
  /** counts local changes */
  changed: number
  /** the change the server has */
  synced: number
  operation: DraftOperation | null
  /** the other text, when both sides changed */
  theirs: ServerDraft | null
  /** why the server would not take it */
  problem: Problem | null
  /** the submission it is frozen in */
  submission: string | null
  /** thrown away here; the row stays until the server has deleted its copy */
  discarded: boolean
  /** whose application it is; not there, or null, for one's own */
  onBehalf?: OnBehalf | null
  /** what may come later and is not attached is promised; stays on this phone until it is submitted */
  promise?: boolean
  /** what is said with the application beside its form; it stays on this phone until it is sent */
  filing?: FilingWishes
}

/** The investment project that an application is for, by its code, whether a person is to decide it, and the certificate that it renews. */
export interface FilingWishes {
  project?: string
  byPerson?: boolean
  renews?: string
}

export type DraftSync = 'local' | 'synced' | 'conflict' | 'error'

/** Where a draft stands with the server. */
export function syncState(content: DraftContent): DraftSync {
  if (content.theirs) return 'conflict'
  if (content.problem) return 'error'
  return content.revision > 0 && content.changed === content.synced ? 'synced' : 'local'
}

/** The draft, or null when there is none of this id. Raises Unreadable, StorageFailed. */
export async function readDraft(id: string): Promise<DraftContent | null> {
  const row = await (await theStore()).get('drafts', id)
  return row ? openDraftRow(row) : null
}

function openDraftRow(row: DraftRow): Promise<DraftContent> {
  return openJson<DraftContent>('drafts', row.account, row.id, row.sealed)
}

/** All drafts of the current account, tombstones included; a damaged row is left out, not fatal. */
export async function readDrafts(): Promise<DraftContent[]> {
  const rows = await (await theStore()).all('drafts', await currentAccount())
  const contents = await Promise.all(rows.map((row) => openDraftRow(row).catch(() => null)))
  return contents.filter((content) => content !== null)
}

/** The removals that take a draft and its files off this phone. */
export async function draftRemoval(id: string, account: string): Promise<Change[]> {
  const files = (await (await theStore()).all('files', account)).filter((row) => row.draft === id)
  return [{ store: 'drafts', remove: id }, ...files.map((row): Change => ({ store: 'files', remove: [id, row.sha256] }))]
}

/** The change that stores this content for the account. */
export async function draftPut(content: DraftContent, account: string): Promise<Change> {
  return { store: 'drafts', put: { id: content.id, account, sealed: await sealJson('drafts', account, content.id, content) } }
}

export interface DraftEdit {
  /** what the draft becomes; null takes it off this phone */
  content: DraftContent | null
  /** stored in the same transaction; called with the draft's account */
  alongside?: (account: string) => Promise<Change[]>
}

/**
 * Reads, edits and stores a draft while nothing else does, in any tab: two writers never lose each other's fields.
 * The edit gets null when the draft is not there; returning null leaves everything as it is.
 * Raises StorageFailed, Unreadable, and what the edit raises.
 */
export async function editDraft(id: string, edit: (content: DraftContent | null) => DraftEdit | null): Promise<DraftContent | null> {
  const result = await exclusively(DRAFTS_LOCK, async () => {
    const store = await theStore()
    const row = await store.get('drafts', id)
    const before = row ? await openDraftRow(row) : null
    const edited = edit(before)
    if (!edited) return { content: before, stored: false }
    const account = row?.account ?? (await currentAccount())
    const own = edited.content ? [await draftPut(edited.content, account)] : await draftRemoval(id, account)
    await store.commit([...own, ...((await edited.alongside?.(account)) ?? [])])
    return { content: edited.content, stored: true }
  })
  if (result.stored) announce({ kind: 'draft', id })
  return result.content
}
