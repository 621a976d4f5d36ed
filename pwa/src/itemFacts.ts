import type { ItemSummary, Limit } from './api/types'
import { t } from './messages'

/** `10 个工作日`, `15 天`; nothing to wait for is `当场办结`. */
export const limitInWords = (limit: Limit): string => (limit.value ? t(`limit.${limit.unit}`, { n: limit.value }) : t('limit.at_once'))

export const visitsInWords = (visits: number): string => (visits === 0 ? t('item.visits.none') : t('item.visits', { n: visits }))

/** The three things people ask first, in one line. */
export const factsOfItem = (item: ItemSummary): string =>
  [visitsInWords(item.visits), limitInWords(item.promised), t(item.fee_charged ? 'item.fee' : 'item.fee.none')].join(t('list.separator'))
