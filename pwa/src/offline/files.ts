import { PDF } from '../fileLimits'
import type { FileEntry } from './draft-record'
import { theStore, type Change, type FileRow } from './store'
import { openBytes, sealBytes } from './vault'

const MAX_NAME = 100

/** SHA-256 of the bytes, in lower-case hexadecimal. */
export async function sha256Hex(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const fileSealPlace = (draft: string, sha256: string) => `${draft}/${sha256}`

/** The entry that stands for these bytes in a draft. */
export async function fileEntry(name: string, photo: Blob, bytes: ArrayBuffer): Promise<FileEntry> {
  // A photo is always a JPEG by now, whatever it was called before.
  const ending = photo.type === PDF ? 'pdf' : 'jpg'
  const stem = Array.from(name.replace(/\.[^.]{1,5}$/, '')).slice(0, MAX_NAME).join('') || (photo.type === PDF ? 'document' : 'photo')
  return { sha256: await sha256Hex(bytes), name: `${stem}.${ending}`, size: photo.size, media_type: photo.type }
}

/** The change that stores the bytes, encrypted, with their draft. */
export async function filePut(draft: string, account: string, sha256: string, bytes: ArrayBuffer): Promise<Change> {
  const sealed = await sealBytes('files', account, fileSealPlace(draft, sha256), bytes)
  return { store: 'files', put: { draft, sha256, account, sealed, uploadUrl: null } }
}

/** The bytes of a stored row. Raises Unreadable. */
export function openFile(row: FileRow): Promise<ArrayBuffer> {
  return openBytes('files', row.account, fileSealPlace(row.draft, row.sha256), row.sealed)
}

/** The photo as kept on this phone, for a preview; null when its bytes are only on the server. Raises Unreadable. */
export async function readFile(draft: string, entry: FileEntry): Promise<Blob | null> {
  const row = await (await theStore()).get('files', [draft, entry.sha256])
  return row ? new Blob([await openFile(row)], { type: entry.media_type }) : null
}
