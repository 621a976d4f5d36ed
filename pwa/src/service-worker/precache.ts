import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute, type PrecacheEntry } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { documentFor } from './navigation'

/** Keeps the app's own files, drops those of earlier versions, and answers navigations from them. */
export function keepApp(manifest: (PrecacheEntry | string)[]): void {
  cleanupOutdatedCaches()
  // Documents are chosen by documentFor alone, so that "/" and "/verify" cannot be answered by two rules.
  precacheAndRoute(manifest, { directoryIndex: null as unknown as string, cleanURLs: false })
  const answer = async ({ request, url }: { request: Request; url: URL }): Promise<Response> => {
    const document = documentFor(url.pathname)
    return (document && (await matchPrecache(document))) || fetch(request)
  }
  registerRoute(new NavigationRoute(answer))
}
