import { reactive } from 'vue'
import { present, SHOWN_SECONDS } from '../verify/presentation'
import { credentialFor, CredentialUnavailable, type Credential } from './credentials'
import { deviceKey } from './device'
import { drawQr } from './qr'

const TICK_MS = 1_000

/** `preparing` first, then `live`, or why not: see CredentialUnavailable; `failed`: this browser cannot sign. */
export type ShowState = 'preparing' | 'live' | 'not-here' | 'expired' | 'refused' | 'failed'

export interface Showing {
  state: ShowState
  /** `ZP1:…`, signed anew every 30 s; empty until live */
  text: string
  /** the symbol's SVG path, black on white */
  path: string
  /** side of its view box */
  size: number
  /** until it is signed anew */
  secondsLeft: number
  /** epoch milliseconds of when the server last gave or confirmed the credential; null until live */
  fetchedAt: number | null
  /** RFC 3339; null until live */
  expiresAt: string | null
}

export interface ShowHandle {
  state: Showing
  /** Signs at once, for instance after the network has returned. */
  renew(): Promise<void>
  /** Ends the showing and takes the code off the screen; to be called when the screen goes. */
  stop(): void
}

/** Shows one view of a certificate as a live code, also with no network once it was fetched. */
export function showCertificate(certificate: string, view: string): ShowHandle {
  const blank = { text: '', path: '', size: 0, secondsLeft: 0, fetchedAt: null, expiresAt: null }
  const state = reactive<Showing>({ state: 'preparing', ...blank })
  let signedAt = 0
  let stopped = false
  let signing: Promise<void> | null = null

  async function sign(): Promise<void> {
    try {
      const { value, at } = await credentialFor(certificate, view)
      const now = Math.floor(Date.now() / 1_000)
      const text = await textOf(value, now)
      if (stopped) return
      signedAt = now
      Object.assign(state, { state: 'live', text, ...drawQr(text), secondsLeft: SHOWN_SECONDS, fetchedAt: at, expiresAt: value.expires_at })
    } catch (error) {
      if (!stopped) Object.assign(state, blank, { state: error instanceof CredentialUnavailable ? error.reason : 'failed' })
    }
  }

  function renew(): Promise<void> {
    signing ??= sign().finally(() => {
      signing = null
    })
    return signing
  }

  function tick(): void {
    // A hidden page signs nothing: whoever returns to it sees a fresh code at once.
    if (typeof document !== 'undefined' && document.visibilityState === 'hidden') return
    if (state.state !== 'live') return
    const left = signedAt + SHOWN_SECONDS - Math.floor(Date.now() / 1_000)
    // Also when the clock was set back.
    if (left <= 0 || left > SHOWN_SECONDS) void renew()
    else state.secondsLeft = left
  }

  const timer = setInterval(tick, TICK_MS)
  const target = typeof document === 'undefined' ? null : document
  target?.addEventListener('visibilitychange', tick)
  void renew()

  function stop(): void {
    stopped = true
    clearInterval(timer)
    target?.removeEventListener('visibilitychange', tick)
    Object.assign(state, blank)
  }
  return { state, renew, stop }
}

async function textOf(credential: Credential, now: number): Promise<string> {
  return present(credential.text, (await deviceKey()).pair.privateKey, now)
}
