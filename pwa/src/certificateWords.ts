import type { Certificate } from './api/types'
import type { IconName } from './components/Icon/shapes'
import { legalDayOf } from './dates'
import { t } from './messages'

/** How a certificate stands, in words, shape and colour. */
export function certificateState(one: Pick<Certificate, 'state' | 'valid_until'>): { words: string; icon: IconName; tone: 'success' | 'warning' | 'danger' } {
  if (one.state === 'revoked') return { words: t('certificate.revoked'), icon: 'stop', tone: 'danger' }
  if (one.state === 'superseded') return { words: t('certificate.superseded'), icon: 'refresh', tone: 'warning' }
  if (one.state === 'suspended') return { words: t('certificate.suspended'), icon: 'pause', tone: 'warning' }
  if (one.valid_until < legalDayOf(new Date())) return { words: t('certificate.expired'), icon: 'warning', tone: 'warning' }
  return { words: t('certificate.valid'), icon: 'done', tone: 'success' }
}
