// The phone's search as a program: the list of items is the first line of the input, then one query a line; a reply a line.
import { build } from 'esbuild'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../pwa/src/search.ts', import.meta.url))
const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, platform: 'node', format: 'esm', target: 'node20' })
const { find, indexOf } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)

let index = null
for await (const line of createInterface({ input: process.stdin })) {
  if (index === null) index = indexOf(JSON.parse(line))
  else console.log(JSON.stringify(find(index, JSON.parse(line), 10)))
}
