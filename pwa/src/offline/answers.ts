import type { CaseView } from '../api/types'
import { currentAccount } from './account'
import { keep } from './cached'
import type { FileEntry } from './draft-record'
import { fileEntry, filePut, openFile } from './files'
import type { JsonObject } from './json-pointer'
import { attempt, type Outcome } from './request'
import { theStore, type Change } from './store'
import { uploadFiles, type UploadProgress } from './tus'
import { sealJson } from './vault'

/** What answers a notice of a case, as it lies on this phone until the server has taken it. */
export interface CaseAnswer {
  /** Idempotency-Key; a new one only when what is said has changed */
  id: string
  command: string
  /** What the notice asks for: an answer to one is none to the next. */
  asked: string[]
  files: Record<string, FileEntry[]>
  /** the form anew, where it is sent back; null until something in it was changed */
  values: JsonObject | null
  /** materials that were brought to the counter */
  brought: string[]
  /** epoch milliseconds of the last change */
  savedAt: number
  /** it was sent and the reply did not come: it goes again as it is */
  pressed: boolean
}

/** Where the pictures of an answer lie, beside those of drafts; the answer itself lies with them under this name. */
const placeOf = (caseId: string): string => `answer-${caseId}`
const RECORD = 'answer'

/** An answer without anything in it. */
export const emptyAnswer = (command: string, asked: string[]): CaseAnswer => ({
  id: crypto.randomUUID(), command, asked, files: {}, values: null, brought: [], savedAt: 0, pressed: false,
})

/** What this phone holds for the notice that asks for these materials; what answered an earlier notice is thrown away. Raises StorageFailed. */
export async function readAnswer(caseId: string, command: string, asked: string[]): Promise<CaseAnswer> {
  const row = await (await theStore()).get('files', [placeOf(caseId), RECORD])
  const kept = row && (await openFile(row).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as CaseAnswer, () => null))
  if (kept?.command === command && [...kept.asked].sort().join() === [...asked].sort().join()) return kept
  await forgetAnswer(caseId)
  return emptyAnswer(command, asked)
}

async function recordPut(caseId: string, answer: CaseAnswer): Promise<Change> {
  const account = await currentAccount()
  const draft = placeOf(caseId)
  const sealed = await sealJson('files', account, `${draft}/${RECORD}`, answer)
  return { store: 'files', put: { draft, sha256: RECORD, account, sealed, uploadUrl: null } }
}

/** Keeps the answer, encrypted under its account. Raises StorageFailed. */
export async function keepAnswer(caseId: string, answer: CaseAnswer): Promise<void> {
  await (await theStore()).commit([await recordPut(caseId, answer)])
}

/** Keeps a prepared photo, in one transaction with the answer that has it. Raises StorageFailed. */
export async function keepPhoto(caseId: string, name: string, photo: Blob, into: (entry: FileEntry) => CaseAnswer): Promise<CaseAnswer> {
  const bytes = await photo.arrayBuffer()
  const entry = await fileEntry(name, photo, bytes)
  const answer = into(entry)
  await (await theStore()).commit([await filePut(placeOf(caseId), await currentAccount(), entry.sha256, bytes), await recordPut(caseId, answer)])
  return answer
}

/** The photo as it lies on this phone; null when it does not. Raises Unreadable. */
export async function readPhoto(caseId: string, entry: FileEntry): Promise<Blob | null> {
  const row = await (await theStore()).get('files', [placeOf(caseId), entry.sha256])
  return row ? new Blob([await openFile(row)], { type: entry.media_type }) : null
}

/** Takes the answer and its photos off this phone. Raises StorageFailed. */
export async function forgetAnswer(caseId: string): Promise<void> {
  const store = await theStore()
  const rows = (await store.all('files', await currentAccount())).filter((row) => row.draft === placeOf(caseId))
  await store.commit(rows.map((row): Change => ({ store: 'files', remove: [row.draft, row.sha256] })))
}

/** Sends the pictures of an answer; sent before, they are there already. Raises StorageFailed. */
export const sendPhotos = (caseId: string, answer: CaseAnswer, mandate: string | null, progress?: UploadProgress): Promise<Outcome<null>> =>
  uploadFiles(placeOf(caseId), Object.values(answer.files).flat(), progress, mandate)

/**
 * Sends the pictures, then all of the answer at once. The case that the server gives back is kept for reading; the answer is
 * forgotten then. Any other outcome leaves it as it is. Raises StorageFailed.
 */
export async function sendAnswer(caseId: string, answer: CaseAnswer, mandate: string | null, progress?: UploadProgress): Promise<Outcome<CaseView>> {
  const uploaded = await sendPhotos(caseId, answer, mandate, progress)
  if (uploaded.kind !== 'ok') return uploaded
  const files = Object.fromEntries(Object.entries(answer.files).map(([material, each]) => [material, each.map((entry) => entry.sha256)]))
  const path = `/cases/${caseId}`
  const outcome = await attempt<CaseView>('POST', `${path}/commands`, {
    body: { command: answer.command, files, values: answer.values },
    headers: { 'Idempotency-Key': answer.id },
    mandate,
  })
  if (outcome.kind === 'ok') {
    await keep(await currentAccount(), mandate ? `${path}#${mandate}` : path, outcome.body, Date.now()).catch(() => undefined)
    await forgetAnswer(caseId)
  }
  return outcome
}
