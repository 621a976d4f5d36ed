import { t } from './messages'

/** Puts a screen's own words, such as an item's name, into the document's title. */
export function titleDocument(words: string): void {
  document.title = `${words}${t('list.separator')}${t('app.name')}`
}
