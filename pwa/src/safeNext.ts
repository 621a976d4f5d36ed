/** Where to go on after signing in: a path of this app only, so that a link cannot send anyone elsewhere. */
export function safeNext(wanted: unknown): string {
  return typeof wanted === 'string' && /^\/(?![/\\])[^\p{Cc}\\]*$/u.test(wanted) && wanted.length <= 500 ? wanted : '/'
}
