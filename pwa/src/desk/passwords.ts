import type { ApiError } from '../api/client'
import { t } from '../messages'

const weaknesses = ['too-short', 'too-long', 'too-uniform', 'holds-number', 'common', 'used-before'] as const

/** Why the server would not take a new password (`password-weak`), in words that say what to change. */
export function weaknessInWords(error: ApiError): string {
  const reason = weaknesses.find((each) => each === error.problem?.reason)
  return reason ? t(`desk.password.weak.${reason}`, { n: Number(error.problem?.limit) }) : t('desk.password.rules')
}
