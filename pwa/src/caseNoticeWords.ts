import type { CaseView } from './api/types'
import { daysAfter, legalDay } from './dates'
import { say, t } from './messages'

export type CaseNotice = NonNullable<CaseView['notice']>

/** The last day of a notice as a sentence, with the days that are left; empty where no day is set. */
export function noticeDay(notice: CaseNotice): string {
  if (!notice.due) return ''
  const left = -daysAfter(notice.due)
  const day = legalDay(notice.due)
  return left > 0 ? t('notice.due', { day, n: left }) : t(left === 0 ? 'notice.due.today' : 'notice.due.over', { day })
}

/** What time does when nothing comes by then. */
export function noticeAfter(notice: CaseNotice): string {
  if (notice.command === 'ask-hearing') return t('notice.after.hearing')
  if (notice.asked.length) return t('notice.after.asked')
  return notice.after ? t('notice.after.other', { what: say(notice.after) }) : ''
}
