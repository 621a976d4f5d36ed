import { reactive } from 'vue'
import { acting } from '../acting'
import { currentAccount } from './account'
import { onChange } from './changes'
import { editDraft, placed, readDraft, readDrafts, syncState, type DraftContent, type DraftSync, type FileEntry, type FilingWishes, type OnBehalf, type ServerDraft } from './draft-record'
import { resolveConflict, syncDraft } from './draft-sync'
import { fileEntry, filePut } from './files'
import { prepareFile } from './image'
import { writePointer, type Json, type JsonObject } from './json-pointer'
import type { Problem } from './request'
import { theStore, type Change } from './store'
import { uuidv7 } from './uuid'
import { ANONYMOUS } from './vault'

const SYNC_AFTER_MS = 1_500

/** What a screen shows of a draft. */
export interface DraftState {
  id: string
  item: string
  guideHash: string
  formHash: string
  values: JsonObject
  files: Record<string, FileEntry[]>
  step: number
  /** epoch milliseconds since when all of it is on this phone; null before the first change */
  savedAt: number | null
  /** the last change is on its way to this phone's store */
  storing: boolean
  /** the browser refused to keep the last change: it is in this page only */
  unsaved: boolean
  /** false: this browser keeps nothing beyond the page */
  durable: boolean
  sync: DraftSync
  revision: number
  /** the other text, while sync is `conflict` */
  theirs: ServerDraft | null
  /** why the server would not take it, while sync is `error` */
  problem: Problem | null
  /** the submission it is frozen in; then it takes no changes */
  submission: string | null
  /** whose application it is; null for one's own */
  onBehalf: OnBehalf | null
  filing: FilingWishes
  /** what may come later and is not attached is promised */
  promise: boolean
}

/** The draft has been submitted and waits in the outbox: it takes no changes until that has ended. */
export class DraftSubmitted extends Error {
  override name = 'DraftSubmitted'
  constructor(readonly submission: string) {
    super('This draft has been submitted and can no longer be changed.')
  }
}

export interface DraftHandle {
  state: DraftState
  /** Sets one field (`undefined` clears it). Resolves when it is on this phone; false: the browser refused. Raises DraftSubmitted, BadPointer. */
  set(pointer: string, value: Json | undefined): Promise<boolean>
  setStep(step: number): Promise<boolean>
  /** Says something beside the form; it is sent with the application. */
  wish(wishes: FilingWishes): Promise<boolean>
  /** Promises to send later what may come later, or takes that back. */
  setPromise(promise: boolean): Promise<boolean>
  /** Goes on under another guide and form, whose fields have the same names. */
  pin(guideHash: string, formHash: string): Promise<boolean>
  /**
   * Adds a file to a material, in the place of the one with the hash `instead` if that is given; a photo goes without what the
   * camera wrote into it. Raises FileRefused, DraftSubmitted, StorageFailed.
   */
  attach(material: string, file: File, prepare?: (file: Blob) => Promise<Blob>, instead?: string): Promise<FileEntry>
  detach(material: string, sha256: string): Promise<boolean>
  /** Throws the draft away, here at once and on the server when it is next reached. */
  discard(): Promise<void>
  /** Syncs now. */
  sync(): Promise<void>
  /** Ends a conflict with one of the two texts. */
  resolve(choice: 'mine' | 'theirs'): Promise<void>
  /** Resolves when nothing is left to write. */
  settled(): Promise<void>
  /** Ends listening; to be called when the screen goes. */
  close(): void
}

type Edit = (content: DraftContent) => void

/** For whom this tab acts now, as it is kept with what is made here. */
export function applicant(): OnBehalf | null {
  const { current } = acting
  return current && { mandate: current.mandate, party: current.party, name: current.name }
}

/** Drafts are kept apart by whose application they are. */
const isOfApplicant = (draft: DraftContent): boolean => (draft.onBehalf?.party ?? null) === (acting.current?.party ?? null)

function blank(id: string, item: string, guide: { hash: string; form_hash: string | null }): DraftContent {
  const server = { revision: 0, changed: 0, synced: 0, operation: null, theirs: null, problem: null }
  const rest = { values: {}, files: {}, step: 0, savedAt: 0, submission: null, discarded: false, onBehalf: applicant() }
  return { id, item, guideHash: guide.hash, formHash: guide.form_hash ?? '', ...server, ...rest }
}

/**
 * Opens the newest draft for the item that is not submitted, of oneself or of whom this tab acts for, or the one of this id,
 * or begins one. Nothing is stored before the first change. Works with no network and before signing in.
 */
export async function openDraft(item: string, guide: { hash: string; form_hash: string | null }, id?: string): Promise<DraftHandle> {
  const store = await theStore()
  const open = (await readDrafts()).filter((draft) => !draft.discarded && (id ? draft.id === id : draft.item === item && !draft.submission && isOfApplicant(draft)))
  const found = open.sort((left, right) => right.savedAt - left.savedAt)[0]
  return new Handle(found ? await underStandingMandate(found) : blank(id ?? uuidv7(), item, guide), store.durable)
}

/** The draft under the mandate of now, when its applicant has given another one since it was begun. */
async function underStandingMandate(draft: DraftContent): Promise<DraftContent> {
  const now = applicant()
  if (!now || draft.onBehalf?.party !== now.party || draft.onBehalf.mandate === now.mandate) return draft
  return (await editDraft(draft.id, (kept) => (kept ? { content: { ...kept, onBehalf: now, problem: null } } : null))) ?? draft
}

class Handle implements DraftHandle {
  readonly state: DraftState
  private pending: Edit[] = []
  private writing: Promise<boolean> | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private stopListening: () => void
  private begun: DraftContent

  constructor(content: DraftContent, durable: boolean) {
    this.begun = content
    this.state = reactive({ ...shown(content), storing: false, unsaved: false, durable })
    this.stopListening = onChange((change) => {
      if (change.kind === 'draft' && change.id === content.id && !this.writing) void this.refresh()
      if (change.kind === 'account') this.syncLater()
    })
  }

  set(pointer: string, value: Json | undefined): Promise<boolean> {
    const plain = value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json)
    return this.change((content) => writePointer(content.values, pointer, plain))
  }

  setStep(step: number): Promise<boolean> {
    return this.change((content) => {
      content.step = step
    })
  }

  wish(wishes: FilingWishes): Promise<boolean> {
    return this.change((content) => {
      content.filing = { ...content.filing, ...wishes }
    })
  }

  setPromise(promise: boolean): Promise<boolean> {
    return this.change((content) => {
      content.promise = promise
    })
  }

  pin(guideHash: string, formHash: string): Promise<boolean> {
    return this.change((content) => Object.assign(content, { guideHash, formHash }))
  }

  async attach(material: string, file: File, prepare: (file: Blob) => Promise<Blob> = prepareFile, instead?: string): Promise<FileEntry> {
    this.refuseIfSubmitted()
    const photo = await prepare(file)
    const bytes = await photo.arrayBuffer()
    const entry = await fileEntry(file.name, photo, bytes)
    await this.settled()
    const content = await editDraft(this.state.id, (kept) => {
      const next = kept ?? structuredClone(this.begun)
      if (next.submission) return null
      next.files[material] = placed(next.files[material] ?? [], entry, instead)
      return { content: touched(next), alongside: async (account) => [await filePut(next.id, account, entry.sha256, bytes)] }
    })
    if (content) this.show(content)
    this.refuseIfSubmitted()
    if (instead !== undefined && instead !== entry.sha256) await this.forget(instead)
    this.syncLater()
    return entry
  }

  async detach(material: string, sha256: string): Promise<boolean> {
    const done = await this.change((content) => {
      const kept = (content.files[material] ?? []).filter((entry) => entry.sha256 !== sha256)
      if (kept.length > 0) content.files[material] = kept
      else delete content.files[material]
    })
    if (done) await this.forget(sha256)
    return done
  }

  /** Takes the bytes of a file that no material has any more off this phone. */
  private async forget(sha256: string): Promise<void> {
    const used = Object.values(this.state.files).some((entries) => entries.some((entry) => entry.sha256 === sha256))
    if (!used) await (await theStore()).commit([{ store: 'files', remove: [this.state.id, sha256] }])
  }

  async discard(): Promise<void> {
    this.refuseIfSubmitted()
    this.close()
    await this.settled()
    await discardDraft(this.state.id)
  }

  async sync(): Promise<void> {
    await this.settled()
    if ((await currentAccount()) !== ANONYMOUS) await syncDraft(this.state.id)
  }

  async resolve(choice: 'mine' | 'theirs'): Promise<void> {
    await resolveConflict(this.state.id, choice)
    this.syncLater()
  }

  async settled(): Promise<void> {
    await this.writing
  }

  close(): void {
    this.stopListening()
    if (this.timer) clearTimeout(this.timer)
  }

  private refuseIfSubmitted(): void {
    if (this.state.submission) throw new DraftSubmitted(this.state.submission)
  }

  private async change(edit: Edit): Promise<boolean> {
    this.refuseIfSubmitted()
    edit(this.state as unknown as DraftContent)
    this.pending.push(edit)
    this.state.storing = true
    this.writing ??= this.write()
    return this.writing
  }

  /** Writes what is pending until nothing is; what comes while a write runs goes into the next. */
  private async write(): Promise<boolean> {
    while (this.pending.length > 0) {
      const edits = this.pending
      this.pending = []
      try {
        await editDraft(this.state.id, (kept) => {
          const next = kept ?? structuredClone(this.begun)
          if (next.submission) return null
          for (const edit of edits) edit(next)
          return { content: touched(next) }
        })
      } catch {
        // Kept in the page, tried again with the next change, and said so.
        this.pending = [...edits, ...this.pending]
        this.state.unsaved = true
        this.state.storing = false
        this.writing = null
        return false
      }
    }
    this.state.unsaved = this.state.storing = false
    // Before anything is awaited: a change from here on starts a write of its own.
    this.writing = null
    this.syncLater()
    await this.refresh()
    return true
  }

  private async refresh(): Promise<void> {
    const content = await readDraft(this.state.id).catch(() => null)
    if (content && !content.discarded) this.show(content)
  }

  /** Shows what is stored, with what is still to be written on top; fields under the person's fingers are left alone. */
  private show(content: DraftContent): void {
    // A change that is being written is not in what was read before it; all of it is shown when the write is done.
    if (this.writing) return
    const { values, files, ...rest } = shown(content)
    const next = { ...content, values, files }
    for (const edit of this.pending) edit(next)
    if (JSON.stringify(values) !== JSON.stringify(this.state.values)) this.state.values = values
    if (JSON.stringify(files) !== JSON.stringify(this.state.files)) this.state.files = files
    Object.assign(this.state, rest, { step: next.step })
  }

  private syncLater(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.sync().catch(() => undefined), SYNC_AFTER_MS)
    // A pending sync keeps no test or worker alive.
    ;(this.timer as { unref?: () => void }).unref?.()
  }
}

function touched(content: DraftContent): DraftContent {
  return { ...content, changed: content.changed + 1, savedAt: Date.now(), problem: null }
}

function shown(content: DraftContent): Omit<DraftState, 'storing' | 'unsaved' | 'durable'> {
  const { id, item, guideHash, formHash, step, revision, theirs, problem, submission } = content
  const { values, files } = structuredClone({ values: content.values, files: content.files })
  const sync = syncState(content)
  const { onBehalf = null, promise = false } = content
  return { id, item, guideHash, formHash, values, files, step, savedAt: content.savedAt || null, sync, revision, theirs, problem, submission, onBehalf, filing: { ...content.filing }, promise }
}

/** Throws a draft away: its text and files leave this phone at once, the server's copy when it is next reached. */
export async function discardDraft(id: string): Promise<void> {
  const content = await editDraft(id, (kept) => {
    if (!kept || kept.submission) return null
    if (kept.revision === 0) return { content: null }
    const gone = { ...kept, values: {}, files: {}, operation: null, theirs: null, problem: null, discarded: true }
    return { content: gone, alongside: (account) => fileRemovals(id, account) }
  })
  if (content?.discarded && (await currentAccount()) !== ANONYMOUS) await syncDraft(id)
}

async function fileRemovals(id: string, account: string): Promise<Change[]> {
  const rows = await (await theStore()).all('files', account)
  return rows.filter((row) => row.draft === id).map((row): Change => ({ store: 'files', remove: [id, row.sha256] }))
}

/** The account's drafts on this phone, newest first: those of whom this tab acts for, or `everyone`'s. Raises StorageFailed. */
export async function listDrafts(whose: 'applicant' | 'everyone' = 'applicant'): Promise<DraftState[]> {
  const { durable } = await theStore()
  const drafts = (await readDrafts()).filter((content) => !content.discarded && (whose === 'everyone' || isOfApplicant(content)))
  return drafts.sort((left, right) => right.savedAt - left.savedAt).map((content) => ({ ...shown(content), storing: false, unsaved: false, durable }))
}
