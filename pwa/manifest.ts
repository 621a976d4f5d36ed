import type { ManifestOptions } from 'vite-plugin-pwa'

/** The web app manifest: what an installed copy is called, looks like and offers from its icon. */
export const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: '掌上办',
  short_name: '掌上办',
  description: '在手机上办政务：填表、查进度、出示证照',
  lang: 'zh-CN',
  dir: 'ltr',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  orientation: 'any',
  theme_color: '#ffffff',
  background_color: '#f4f6f8',
  categories: ['government', 'utilities'],
  icons: [
    { src: '/icons/mark.svg', sizes: 'any', type: 'image/svg+xml' },
    { src: '/icons/mark-192.png', sizes: '192x192', type: 'image/png' },
    { src: '/icons/mark-512.png', sizes: '512x512', type: 'image/png' },
    { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
  shortcuts: [
    { name: '我的办件', url: '/cases' },
    { name: '出示证照', url: '/certificates' },
  ],
}
