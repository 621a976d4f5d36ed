// Judges filled forms as the phone does, for tests: a line {schema, layout, by, instances} in, a line of their errors out.
import { build } from 'esbuild'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../src/rules/filled.ts', import.meta.url))
const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, platform: 'node', format: 'esm', target: 'node20' })
const { judgeFilled } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
for await (const line of createInterface({ input: process.stdin })) {
  const { schema, layout, by, instances } = JSON.parse(line)
  process.stdout.write(`${JSON.stringify(instances.map((instance) => judgeFilled(schema, layout, instance, by)))}\n`)
}
