import { shallowReactive, type ShallowReactive } from 'vue'
import { get } from '../api/client'
import { useAttempt, type Attempt } from './attempt'

export interface Pages<Page, Entry> {
  entries: Entry[]
  /** The page read last; null before the first. */
  page: Page | null
  next: string | null
  attempt: Attempt
  /** Reads the first page anew, or the next one. */
  load: (more?: boolean) => Promise<void>
}

/**
 * Reads a list page by page; nothing is read before `load`.
 * @param path below `/api/v1`, asked anew for each page; may carry a query
 * @param entriesOf the entries of one page
 */
export function usePages<Page extends { next: string | null }, Entry>(path: () => string, entriesOf: (page: Page) => Entry[], limit = 50): ShallowReactive<Pages<Page, Entry>> {
  const attempt = useAttempt()
  let wanted = 0
  const pages: ShallowReactive<Pages<Page, Entry>> = shallowReactive({
    entries: [] as Entry[],
    page: null,
    next: null,
    attempt,
    async load(more = false) {
      const number = (wanted += 1)
      const [address = '', query = ''] = path().split('?')
      const parameters = new URLSearchParams(query)
      parameters.set('limit', String(limit))
      if (more && pages.next) parameters.set('after', pages.next)
      await attempt.run(async () => {
        const page = await get<Page>(`${address}?${parameters}`)
        // What was asked for meanwhile is newer than this answer.
        if (number !== wanted) return
        pages.entries = more ? [...pages.entries, ...entriesOf(page)] : entriesOf(page)
        pages.page = page
        pages.next = page.next
      })
      if (number !== wanted) await pages.load()
    },
  })
  return pages
}
