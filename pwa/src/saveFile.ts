/** Hands a file to the browser to keep. */
export function save(body: Blob, name: string): void {
  const source = URL.createObjectURL(body)
  const link = document.createElement('a')
  link.href = source
  link.download = name
  link.click()
  // The browser has begun to read it by the next turn.
  setTimeout(() => URL.revokeObjectURL(source), 10_000)
}
