import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const compressible = /\.(?:js|css|html|svg|json|webmanifest|wasm)$/
// Below this a compressed copy saves nothing over the packet it travels in.
const smallest = 600

/**
 * Writes a `.br` and a `.gz` copy beside every text file of the built app, so that the server never compresses at request time.
 * @param folder the build's output folder
 */
export function precompress(folder: string): Plugin {
  return {
    name: 'zhangban:precompress',
    apply: 'build',
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
          if (!entry.isFile() || !compressible.test(entry.name)) continue
          const path = join(entry.parentPath, entry.name)
          const bytes = await readFile(path)
          if (bytes.length < smallest) continue
          const quality = bytes.length > 300_000 ? 9 : 11
          const [small, old] = await Promise.all([
            promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
            promisify(gzip)(bytes, { level: 9 }),
          ])
          await Promise.all([writeFile(`${path}.br`, small), writeFile(`${path}.gz`, old)])
        }
      },
    },
  }
}
