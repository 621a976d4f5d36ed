// Measures what a cold visit to `/` must fetch (scripts and styles, gzip) from the build's manifest and fails over the budget of design §8.
// Then lists every part that is loaded later, each with a budget of its own. Over a slow line 8 kB are a twentieth of a second.
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

const laterLimit = 8_000
// What is larger and why it may be: shared parts and languages, and libraries that one screen or one press loads.
const laterLimits = {
  parts: 40_000,
  offline: 15_000,
  'src/messages/en/rest.ts': 21_000,
  'src/messages/zh/desk.ts': 13_000,
  'src/messages/en/desk.ts': 12_000,
  'src/desk/DeskCaseScreen.vue': 18_000,
  'src/desk/CounterScreen.vue': 10_000,
  FormFields: 10_000,
  'verify.html': 10_000,
  // No phone loads it: the examples of all components.
  'components.html': 20_000,
  'tus-js-client': 17_000,
  'zxing-wasm/dist/es': 14_000,
  'zxing_reader.wasm': 420_000,
}
let over = 0
const later = new Map()
for (const [key, chunk] of Object.entries(manifest)) if (!files.has(chunk.file)) later.set(chunk.file, { key, name: chunk.name ?? '' })
console.log('\nLoaded later:')
for (const [file, { key, name }] of [...later].sort((left, right) => left[1].key.localeCompare(right[1].key))) {
  const size = gzipSync(readFileSync(new URL(file, distribution)), { level: 9 }).length
  const named = Object.entries(laterLimits).find(([part]) => key === part || name === part || key.includes(`/${part}`))
  const allowed = named ? named[1] : laterLimit
  console.log(`${String(size).padStart(7)}  of ${String(allowed).padStart(6)}  ${key.startsWith('_') ? name || file : key}`)
  if (size > allowed) over += 1
}
if (over > 0) {
  console.error(`${over} of the parts that are loaded later are over their budget.`)
  process.exit(1)
}
