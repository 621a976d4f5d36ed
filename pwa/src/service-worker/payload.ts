/** What a push says, and all it says: neutral words for the lock screen, and which case to open. */
export interface PushPayload {
  v: 1
  kind: string
  /** the case's id, or null for what concerns none */
  case: string | null
  /** one notification per tag: a newer one takes the older one's place */
  tag: string
  title: string
  body: string
}

const MAX_TITLE = 60
const MAX_BODY = 160
const ID = /^[0-9A-Za-z-]{1,64}$/

/** Shown when a push cannot be read: browsers take the permission away from an app that shows nothing. */
export const NEUTRAL: PushPayload = { v: 1, kind: 'unknown', case: null, tag: 'zhangban', title: '掌上办', body: '您有一条新消息，请打开查看 · You have a new message' }

function clipped(value: unknown, limit: number, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? Array.from(value).slice(0, limit).join('') : otherwise
}

/** Reads a push's text; whatever is missing or malformed becomes neutral. Never throws. */
export function readPayload(text: string | null): PushPayload {
  let parsed: unknown = null
  try {
    parsed = JSON.parse(text ?? '')
  } catch {
    return NEUTRAL
  }
  if (parsed === null || typeof parsed !== 'object') return NEUTRAL
  const said = parsed as Partial<Record<keyof PushPayload, unknown>>
  // A later version may mean other things by the same names.
  if (said.v !== 1) return NEUTRAL
  const of = typeof said.case === 'string' && ID.test(said.case) ? said.case : null
  return {
    v: 1,
    kind: clipped(said.kind, MAX_TITLE, NEUTRAL.kind),
    case: of,
    tag: clipped(said.tag, MAX_TITLE, of ? `case-${of}` : NEUTRAL.tag),
    title: clipped(said.title, MAX_TITLE, NEUTRAL.title),
    body: clipped(said.body, MAX_BODY, NEUTRAL.body),
  }
}

/** Where a notification leads. */
export function pathOf(payload: Pick<PushPayload, 'case'>): string {
  return payload.case ? `/cases/${payload.case}` : '/inbox'
}

/** What the worker tells the pages. */
export type WorkerMessage = { type: 'news'; case: string | null }
/** What a page tells the worker. */
export type PageMessage = { type: 'SKIP_WAITING' }
