// Writes pwa/src/api/schema.d.ts from the API's own document; with --check it only says whether the file is what it would write.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const root = fileURLToPath(new URL('../../', import.meta.url))
const target = new URL('../src/api/schema.d.ts', import.meta.url)
const text = execFileSync('.venv/bin/python', ['-m', 'backend.cli', 'openapi'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
const { openapi, info, components } = JSON.parse(text)
// The app names what is said, not where: addresses are written where they are asked.
const types = await openapiTS({ openapi, info, paths: {}, components: { schemas: components.schemas } }, { rootTypes: true, rootTypesNoSchemaPrefix: true })
const head = '// Made by `npm run types:api` from the document of the API (`zhangban openapi`). Not to be edited.\n'
const wanted = head + astToString(types)

if (!process.argv.includes('--check')) {
  writeFileSync(target, wanted)
} else if (readFileSync(target, 'utf8') !== wanted) {
  console.error('pwa/src/api/schema.d.ts is stale: run `npm run types:api` and commit it')
  process.exitCode = 1
}
