/** The server's own: data, checks, documentation, the form without JavaScript, the shells' entry, which needs its own headers, and the page of the components. */
const DENIED = /^\/(api|health|schema|status|feed|guides|shell|_components)(\/|$)/
const DOCUMENTS: [RegExp, string][] = [
  [/^\/desk(\/|$)/, '/desk.html'],
  [/^\/verify(\/|$)/, '/verify.html'],
]

/** The precached document that answers a navigation to this path, or null when the server must. */
export function documentFor(pathname: string): string | null {
  if (DENIED.test(pathname)) return null
  for (const [pattern, document] of DOCUMENTS) if (pattern.test(pathname)) return document
  // What has an extension is a file.
  return /\.[a-z0-9]+$/i.test(pathname) ? null : '/index.html'
}
