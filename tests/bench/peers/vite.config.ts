import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { precompress } from '../../../pwa/scripts/precompress.ts'

// Which peer, and where its text and its build lie: the bench says so.
const { PEER = 'bare', PEER_TEXT = '', PEER_OUT = '' } = process.env
const root = resolve(import.meta.dirname, PEER)

export default defineConfig({
  root,
  define: {
    __TEXT__: readFileSync(PEER_TEXT, 'utf8'),
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
  },
  build: { outDir: PEER_OUT, emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
  plugins: [vue(), precompress(PEER_OUT)],
})
