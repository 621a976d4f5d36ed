// Measures what a cold visit to `/` must fetch (scripts and styles, gzip) from the build's manifest and fails over the budget of design §8.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const limit = 45_000
const distribution = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', distribution), 'utf8'))
const entry = Object.values(manifest).find((chunk) => chunk.isEntry && chunk.src === 'index.html')
if (!entry) throw new Error('the build has no index.html entry: run npm run build first')

const files = new Set()
/** @param {{ file: string, css?: string[], imports?: string[] }} chunk */
function collect(chunk) {
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const style of chunk.css ?? []) files.add(style)
  for (const name of chunk.imports ?? []) collect(manifest[name])
}
collect(entry)
// Parts that the first screen asks for by itself, right after it has painted, count as well.
for (const source of entry.dynamicImports ?? []) if (/src\/offline\/(?:cached|drafts|outbox)/.test(source)) collect(manifest[source])

let total = 0
for (const file of files) {
  const size = gzipSync(readFileSync(new URL(file, distribution)), { level: 9 }).length
  total += size
  console.log(`${String(size).padStart(7)}  ${file}`)
}
console.log(`${String(total).padStart(7)}  of ${limit} bytes (gzip), ${fileURLToPath(distribution)}`)
if (total > limit) {
  console.error(`The first screen is ${total - limit} bytes over its budget.`)
  process.exit(1)
}
