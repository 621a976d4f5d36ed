import type { MessageKey } from '../messages'
import type { Verdict } from './credential'

const ring = 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z'
const shield = 'M12 3.5l7.5 2.7V12c0 4.3-3 7.2-7.5 8.8C7.5 19.2 4.5 16.3 4.5 12V6.2z'

export type Tone = 'success' | 'amber' | 'danger' | 'neutral'
/** How much of a credential is shown: everything, only what and by whom, or nothing. */
export type Disclosure = 'all' | 'no-name' | 'none'

export interface VerdictLook {
  tone: Tone
  /** one path on the 24 grid, of this verdict alone: nothing rests on colour */
  shape: string
  disclosure: Disclosure
  /** beside the instruction */
  action: 'check' | 'identity' | 'call' | 'refresh'
}

/** The closed list of verdicts and how each is shown. Who is refused is not exposed: only accepted papers show a name. */
export const LOOKS: Record<Verdict, VerdictLook> = {
  live: { tone: 'success', shape: `${ring}M8 12.3l2.8 2.8L16 9.7`, disclosure: 'all', action: 'check' },
  'genuine-copy': { tone: 'amber', shape: 'M8.5 8.5h11v12h-11zM15.5 8.5v-5h-11v12h4', disclosure: 'all', action: 'identity' },
  stale: { tone: 'amber', shape: `${ring}M12 7v5l3.5 2`, disclosure: 'all', action: 'refresh' },
  suspended: { tone: 'amber', shape: `${ring}M9.5 8.5v7M14.5 8.5v7`, disclosure: 'no-name', action: 'call' },
  revoked: { tone: 'danger', shape: 'M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3zM9 9l6 6M15 9l-6 6', disclosure: 'no-name', action: 'call' },
  expired: { tone: 'danger', shape: 'M4 6h16v14H4zM4 10h16M8 3.5V6M16 3.5V6M9.5 12.7l5 5M14.5 12.7l-5 5', disclosure: 'no-name', action: 'refresh' },
  'not-yet-valid': { tone: 'amber', shape: 'M6.5 3.5h11M6.5 20.5h11M8 3.5v3.7l4 4.8 4-4.8V3.5M8 20.5v-3.7l4-4.8 4 4.8v3.7', disclosure: 'no-name', action: 'refresh' },
  'clock-doubtful': { tone: 'amber', shape: `M19 8.5A8 8 0 1 0 20 12M20 4.5v4h-4M12 8v4l2.5 2`, disclosure: 'no-name', action: 'refresh' },
  untrusted: { tone: 'danger', shape: `${shield}M10 9.8a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.3M12 15.8v.01`, disclosure: 'none', action: 'call' },
  forged: { tone: 'danger', shape: 'M12 3.5l9.5 17h-19zM12 10v5M12 17.8v.01', disclosure: 'none', action: 'call' },
  unreadable: { tone: 'neutral', shape: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M10 10a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.3M12 16v.01', disclosure: 'none', action: 'refresh' },
}

/** The message of a verdict: its word, what it means, or the one instruction. */
export function wordOf(verdict: Verdict, part: 'word' | 'meaning' | 'instruction'): MessageKey {
  return `verify.${verdict}.${part}`
}
