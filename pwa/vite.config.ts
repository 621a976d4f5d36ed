import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { precompress } from './scripts/precompress.ts'
import { manifest } from './manifest.ts'

const root = import.meta.dirname
const distribution = resolve(root, 'dist')
const worker = resolve(root, 'src/service-worker/main.ts')

// An entry is built once its source exists: the three documents share components but not scripts.
const entries = { app: 'src/main.ts', desk: 'src/desk/main.ts', verify: 'src/verify/main.ts', components: 'src/gallery/main.ts' }
const documents = { app: 'index.html', desk: 'desk.html', verify: 'verify.html', components: 'components.html' }
const input = Object.fromEntries(
  (Object.keys(entries) as (keyof typeof entries)[])
    .filter((name) => existsSync(resolve(root, entries[name])))
    .map((name) => [name, resolve(root, documents[name])]),
)

// Few large parts instead of many small ones: they compress better, cost fewer requests, and their names take room in the
// first part. `frame` is what all three documents start with, `parts` what every later screen shares, `offline` the phone's storage.
const inSource = (names: string): RegExp => new RegExp(`pwa[\\\\/]src[\\\\/](?:${names})`)
const groups = [
  {
    name: 'frame',
    test: new RegExp(
      `node_modules[\\\\/](?:@vue|vue|vue-router)[\\\\/]|plugin-vue:export-helper|${inSource('(?:api/client|storage|acting|preferences|session|update|reach|unread|shownFact|itemFacts|publicLists|ownWork|rest|documentTitle|messages/(?:index|zh/first)|components/(?!examples/)(?:\\w+/)?(?:Icon|icons|shapes|Mark|ListRow|Skeleton|OfflineBar|TabBar))\\.|styles/(?:tokens|base)|(?:App|screens/HomeScreen).*type=style').source}`,
    ),
    priority: 3,
  },
  { name: 'offline', test: new RegExp(`node_modules[\\\\/]idb[\\\\/]|${inSource('offline/').source}`), priority: 2 },
  { name: 'parts', test: inSource('(?:components/(?!(?:\\w+/)?examples[./])|styles/more|messages/zh/rest|resource|dates|caseWords|nativeShare|(?:screens/(?!Home)|filling/).*type=style)'), priority: 1 },
]

export default defineConfig({
  root,
  publicDir: resolve(root, 'public'),
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  build: {
    outDir: distribution,
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    // The content policy allows no data: addresses, so nothing is inlined.
    assetsInlineLimit: 0,
    // Only styles are listed ahead: the list is part of the first script, and a screen's own imports are two at most.
    modulePreload: { polyfill: false, resolveDependencies: (_file, needed) => needed.filter((name) => name.endsWith('.css')) },
    rolldownOptions: {
      input,
      output: {
        codeSplitting: { groups },
        entryFileNames: 'assets/[name]-[hash:8].js',
        chunkFileNames: 'assets/[hash:10].js',
        assetFileNames: ({ names }) => (names.includes('components.css') ? 'assets/components-[hash:8][extname]' : 'assets/[hash:10][extname]'),
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000', '/health': 'http://127.0.0.1:8000' } },
  plugins: [
    vue(),
    VitePWA({
      disable: !existsSync(worker),
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'main.ts',
      injectRegister: false,
      manifest,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,webmanifest}'],
        // The scanner's WebAssembly (1 MB) is kept by the verifier, on phones that open it; the page of the components is for no phone.
        globIgnores: ['sw.js', '.vite/**', 'components.html', 'assets/components-*'],
        maximumFileSizeToCacheInBytes: 2 * 1024 * 1024,
        rollupFormat: 'iife',
        minify: true,
        sourcemap: false,
      },
      integration: {
        beforeBuildServiceWorker(options) {
          options.swDest = resolve(distribution, 'sw.js')
          options.injectManifest.swDest = options.swDest
        },
      },
    }),
    precompress(distribution),
  ],
})
