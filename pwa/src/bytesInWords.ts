/** A file's size as people read it: `340 kB`, `10.5 MB`. */
export function bytesInWords(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${Number((bytes / 1_000_000).toFixed(1))} MB`
}
