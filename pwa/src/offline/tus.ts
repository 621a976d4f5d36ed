import { openFile } from './files'
import type { FileEntry } from './draft-record'
import { attempt, readProblem, readRetryAfter, type Outcome } from './request'
import { theStore, type FileRow } from './store'
import { fetchStack, blobReader } from './tus-transport'

const ENDPOINT = '/api/v1/uploads'
/** A train's worth of signal: what a lost connection costs at most. */
const CHUNK_BYTES = 512 * 1024

/** 0 to 1, per file. */
export type UploadProgress = (sha256: string, fraction: number) => void

const DONE: Outcome<null> = { kind: 'ok', status: 200, body: null }

async function rememberUrl(row: FileRow, uploadUrl: string | null): Promise<void> {
  const store = await theStore()
  const kept = await store.get('files', [row.draft, row.sha256])
  if (kept) await store.commit([{ store: 'files', put: { ...kept, uploadUrl } }])
}

interface UploadFailure {
  originalResponse?: { getStatus(): number; getBody(): string; getHeader(name: string): string | undefined } | null
}

function outcomeOf(error: UploadFailure): Outcome<null> {
  const response = error.originalResponse
  if (!response) return { kind: 'unreachable' }
  let body: unknown = null
  try {
    body = JSON.parse(response.getBody())
  } catch {
    body = null
  }
  const status = response.getStatus()
  // A 2xx that tus could not make sense of did not come from our server.
  if (status < 400) return { kind: 'unreachable' }
  return { kind: 'problem', status, problem: readProblem(status, body), retryAfter: readRetryAfter(response.getHeader('Retry-After')) }
}

async function send(row: FileRow, entry: FileEntry, progress: UploadProgress, mandate: string | null): Promise<Outcome<null>> {
  const { Upload } = await import('tus-js-client')
  const photo = new Blob([await openFile(row)])
  return new Promise((resolve) => {
    const upload = new Upload(photo, {
      endpoint: new URL(ENDPOINT, globalThis.location?.href ?? 'http://localhost').href,
      uploadUrl: row.uploadUrl,
      metadata: { filename: entry.name, filetype: entry.media_type, sha256: entry.sha256 },
      headers: mandate ? { 'Acting-For': mandate } : {},
      chunkSize: CHUNK_BYTES,
      // The outbox decides when to try again, for everything alike.
      retryDelays: null,
      storeFingerprintForResuming: false,
      httpStack: fetchStack,
      fileReader: blobReader,
      onUploadUrlAvailable: () => void rememberUrl(row, upload.url),
      onProgress: (sent, total) => progress(entry.sha256, total > 0 ? sent / total : 1),
      onSuccess: () => resolve(DONE),
      onError: (error) => resolve(outcomeOf(error as UploadFailure)),
    })
    upload.start()
  })
}

/**
 * Brings one file of a draft to the server, its applicant's under a mandate, going on where an earlier try stopped. Nothing is sent when the server has
 * it already, or when its bytes are not on this phone: the submission then says what is missing.
 */
export async function uploadFile(draft: string, entry: FileEntry, progress: UploadProgress = () => undefined, mandate: string | null = null): Promise<Outcome<null>> {
  const row = await (await theStore()).get('files', [draft, entry.sha256])
  if (!row) return DONE
  const held = await attempt<null>('HEAD', `/files/${entry.sha256}`, { mandate })
  if (held.kind !== 'problem' || held.status !== 404) return held
  const outcome = await send(row, entry, progress, mandate)
  // A refused upload is over on the server as well; the next try begins anew.
  if (outcome.kind === 'problem' && outcome.status < 500) await rememberUrl(row, null)
  return outcome
}

/** Brings all files of a draft to the server, one after the other, until one fails; returns the last outcome. */
export async function uploadFiles(draft: string, entries: readonly FileEntry[], progress?: UploadProgress, mandate: string | null = null): Promise<Outcome<null>> {
  for (const entry of entries) {
    const outcome = await uploadFile(draft, entry, progress, mandate)
    // Of several files a person must know which one was not taken.
    if (outcome.kind === 'problem' && outcome.problem.code === 'file-refused') return { ...outcome, problem: { ...outcome.problem, detail: `${entry.name}: ${outcome.problem.detail}` } }
    if (outcome.kind !== 'ok') return outcome
    progress?.(entry.sha256, 1)
  }
  return DONE
}
