import type { Material } from './api/types'

export const PDF = 'application/pdf'
export const PICTURES: readonly string[] = ['image/jpeg', 'image/png']
/** Most bytes of a file as it leaves the phone. */
export const MAX_BYTES = 10 * 1024 * 1024

/** How many files a material takes, of which kinds, and how large each may be; one picture where nothing says more. */
export interface FileLimits {
  files: number
  bytes: number
  accept: readonly string[]
}

/** What a guide says of a material's files. Pure. */
export const limitsOf = (material: Material | undefined): FileLimits => ({
  files: material?.max_files ?? 1,
  bytes: Math.min(material?.max_bytes ?? MAX_BYTES, MAX_BYTES),
  accept: material?.accept.length ? material.accept : PICTURES,
})
