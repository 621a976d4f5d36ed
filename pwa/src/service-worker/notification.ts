/** The part of a window that opening a notification needs. */
export interface WindowLike {
  readonly url: string
  focus(): Promise<unknown>
  navigate(url: string): Promise<unknown>
}

export interface ClientsLike {
  matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowLike[]>
  openWindow(url: string): Promise<unknown>
}

export type Opening = 'focused' | 'navigated' | 'opened'

const OTHER_DOCUMENTS = /^\/(desk|verify|status|feed|guides|shell)(\/|$|\.html$)/
const PATH = /^\/(inbox|cases\/[0-9A-Za-z-]{1,64})$/

/** The path a notification carries, or the inbox when it carries none of ours. */
export function targetOf(data: unknown): string {
  const path = (data as { path?: unknown } | null)?.path
  return typeof path === 'string' && PATH.test(path) ? path : '/inbox'
}

/**
 * Brings the person to the path: a window that is there already, else one of the app's windows led there, else a new one.
 * Exactly one of the three happens.
 */
export async function openPath(clients: ClientsLike, path: string, origin: string): Promise<Opening> {
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  const own = windows.filter((client) => new URL(client.url).origin === origin)
  const there = own.find((client) => new URL(client.url).pathname === path)
  if (there) {
    await there.focus()
    return 'focused'
  }
  // The desk and the verifier are other people's work: they are never led away.
  const app = own.find((client) => !OTHER_DOCUMENTS.test(new URL(client.url).pathname))
  if (app) {
    try {
      // Focus first: the right to do so ends with the first await that takes long.
      await app.focus()
      await app.navigate(path)
      return 'navigated'
    } catch {
      // A page the worker does not control cannot be led.
    }
  }
  await clients.openWindow(path)
  return 'opened'
}
