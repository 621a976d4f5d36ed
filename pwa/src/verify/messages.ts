import type { Language } from '../messages'
import type { verify } from '../messages/zh/verify'

declare module '../messages' {
  // oxlint-disable-next-line typescript/no-empty-object-type
  interface Messages extends VerifyMessages {}
}
type VerifyMessages = typeof verify

/** The verifier's part of the messages. */
export async function loadVerifyMessages(language: Language): Promise<Record<string, string>> {
  return language === 'zh' ? (await import('../messages/zh/verify')).verify : (await import('../messages/en/verify')).verify
}
