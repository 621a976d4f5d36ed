import { onScopeDispose, reactive } from 'vue'
import { ApiError } from '../api/client'
import type { SignInCode } from '../api/types'
import { t } from '../messages'

/** A code on its way to a phone, as a form shows it. */
export interface CodeState {
  sent: boolean
  /** The code itself, in a demonstration that sends no messages. */
  demoCode: string | null
  /** Seconds until another may be asked for. */
  wait: number
}

/** Where a refused code is told: at the code's own field, at the phone's, or above the form. */
export interface CodeFault {
  at: 'code' | 'phone' | 'form'
  text: string
}

/** Sending a code and counting down to the next. `forget` is for another number. */
export function useOneTimeCode(ask: () => Promise<SignInCode>): { state: CodeState; send: () => Promise<void>; forget: () => void } {
  const state = reactive<CodeState>({ sent: false, demoCode: null, wait: 0 })
  let timer = 0
  onScopeDispose(() => clearInterval(timer))

  /** By the clock, not by counting: phones stop the timers of a page that is behind the SMS. */
  function countDown(seconds: number): void {
    const end = Date.now() + seconds * 1000
    const tick = (): void => {
      state.wait = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      if (state.wait === 0) clearInterval(timer)
    }
    clearInterval(timer)
    timer = window.setInterval(tick, 1000)
    tick()
  }

  return {
    state,
    async send() {
      try {
        const answer = await ask()
        Object.assign(state, { sent: true, demoCode: answer.demo_code })
        countDown(answer.resend_after)
      } catch (error) {
        // The one sent a moment ago is still good.
        if (!(error instanceof ApiError) || error.code !== 'code-too-soon') throw error
        state.sent = true
        countDown(Number(error.problem?.retry_after) || 60)
      }
    },
    forget() {
      Object.assign(state, { sent: false, demoCode: null })
    },
  }
}

/** What to say of a failed request that sent or compared a code. Anything but an `ApiError` is thrown on. */
export function codeFault(error: unknown): CodeFault {
  if (!(error instanceof ApiError)) throw error
  const left = error.problem?.attempts_left
  if (error.code === 'code-wrong') return { at: 'code', text: typeof left === 'number' ? t('sign_in.code.left', { n: left }) : t('sign_in.code.wrong') }
  if (error.code === 'code-expired') return { at: 'code', text: t('sign_in.code.expired') }
  if (error.code === 'phone-taken') return { at: 'phone', text: t('security.phone.taken') }
  if (error.code === 'code-channel-missing') return { at: 'form', text: t('sign_in.no_codes') }
  if (error.status === 429) return { at: 'form', text: t('sign_in.too_many') }
  if (error.status === 422 || error.status === 400) return { at: 'phone', text: t('sign_in.phone.wrong') }
  return { at: 'form', text: t(error.transient ? 'wait.failed.unreachable' : 'wait.failed.other') }
}
