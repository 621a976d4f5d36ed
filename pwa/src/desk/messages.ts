import type { Language } from '../messages'
import type { desk } from '../messages/zh/desk'

declare module '../messages' {
  // oxlint-disable-next-line typescript/no-empty-object-type
  interface Messages extends DeskMessages {}
}
type DeskMessages = typeof desk

/** The desk's part of the messages. */
export async function loadDeskMessages(language: Language): Promise<Record<string, string>> {
  return language === 'zh' ? (await import('../messages/zh/desk')).desk : (await import('../messages/en/desk')).desk
}
