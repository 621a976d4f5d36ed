import { ApiError } from '../api/client'
import { t } from '../messages'

/** Whether a refusal is cured on the identity screen. */
export const needsIdentity = (error: unknown): boolean => error instanceof ApiError && (error.code === 'level-needed' || error.code === 'identity-needed')

/** A refusal in words where the form has no field for it. */
export function wordsFor(error: ApiError): string {
  if (error.code === 'rate-limited') return t('family.too_many')
  return t(error.transient ? 'wait.failed.unreachable' : 'wait.failed.other')
}
