import type { RouteLocationNormalizedLoaded } from 'vue-router'

/**
 * What a screen is called when somebody speaks of it: its address with public names in it and nobody's ids, codes or
 * searches. Pure.
 */
export function pageOf(route: Pick<RouteLocationNormalizedLoaded, 'matched' | 'params'>): string {
  const template = route.matched.at(-1)?.path ?? '/'
  const page = template.replace(/:key\b/, String(route.params.key)).replace(/\(.*$/, '')
  return isPage(page) ? page : '/'
}

/** Whether a text can be such a name; the server asks the same. Pure. */
export const isPage = (text: unknown): text is string => typeof text === 'string' && text.length <= 200 && /^\/[A-Za-z0-9:/._-]*$/.test(text)
