import type { FileLimits } from '../fileLimits'
import { t } from '../messages'
import type { FileEntry } from '../offline/draft-record'
import { FileRefused, prepareFile } from '../offline/image'
import { wordsForFile } from './judging'

const wordsForFailure = (error: unknown): string => (error instanceof FileRefused ? wordsForFile(error) : t('form.not_saved'))

/** Makes ready what is chosen for a material. */
export const preparing = (limits: FileLimits) => (file: Blob): Promise<Blob> => prepareFile(file, limits.bytes, limits.accept)

/**
 * Takes what was chosen, one file after the other, by `take`, as far as there is room. Where one file is wanted a new one takes
 * its place; of several none is pushed out unasked. @returns what was not taken and why, in words; empty when all was
 */
export async function attachAll(files: readonly File[], present: readonly FileEntry[], limits: FileLimits, take: (file: File, instead?: string) => Promise<unknown>, wordsFor: (error: unknown) => string = wordsForFailure): Promise<string> {
  const one = limits.files === 1
  const room = one ? 1 : Math.max(0, limits.files - present.length)
  const said: string[] = []
  for (const file of files.slice(0, room)) {
    try {
      await take(file, one ? present[0]?.sha256 : undefined)
    } catch (error) {
      const words = wordsFor(error)
      said.push(files.length > 1 ? t('file.named', { name: file.name, text: words }) : words)
    }
  }
  const left = files.length - room
  if (left > 0) said.push(room ? t('file.too_many', { limit: limits.files, n: left }) : t('file.full', { limit: limits.files }))
  return said.join(' ')
}
