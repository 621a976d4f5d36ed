import { reactive, shallowReactive } from 'vue'
import type { Text } from '../api/types'
import { keys, recall, remember } from '../storage'
import { first } from './zh/first'

export type Language = 'zh' | 'en'
/** Every message by its key. A further entry, such as the desk, widens it by declaration merging. */
// oxlint-disable-next-line typescript/no-empty-object-type
export interface Messages extends FirstMessages, RestMessages {}
type FirstMessages = typeof first
type RestMessages = typeof import('./zh/rest').rest
export type MessageKey = keyof Messages
type Table = Record<string, string>
type Loader = (language: Language) => Promise<Table>

const table = shallowReactive<Table>({ ...first })
const loaders: Loader[] = [async (language) => (language === 'zh' ? first : (await import('./en/first')).first)]

/** The language in use; Chinese unless the person chose otherwise. */
export const language = reactive<{ current: Language }>({ current: 'zh' })

/**
 * One message in the language in use, with `{name}` replaced from `parameters`, and `{name?day:days}` by the word that goes with one or with any other number.
 * @returns the key itself while its part is still on its way, which only a programming error can cause
 */
export function t(key: MessageKey, parameters?: Record<string, string | number>): string {
  const message = table[key] ?? key
  return parameters ? message.replace(/\{(\w+)(?:\?(.*?):(.*?))?\}/g, (whole, name: string, one?: string, more?: string) => (more ? (Number(parameters[name]) === 1 ? one : more) : String(parameters[name] ?? whole)) as string) : message
}

/** The side of a bilingual text that the person reads. A plain string is given back as it is. */
export function say(text: Text | string | null | undefined): string {
  if (text === null || text === undefined) return ''
  return typeof text === 'string' ? text : text[language.current] || text.zh
}

/** Adds a part of the messages and keeps it in step with later changes of language. */
export async function loadMessages(loader: Loader): Promise<void> {
  if (!loaders.includes(loader)) loaders.push(loader)
  Object.assign(table, await loader(language.current))
}

const restLoader: Loader = async (wanted) =>
  wanted === 'zh' ? (await import('./zh/rest')).rest : (await import('./en/rest')).rest

/** Adds the messages of every screen but the first. */
export const loadRestOfMessages = (): Promise<void> => loadMessages(restLoader)

/** Changes the language of the whole page, and keeps the choice. */
export async function setLanguage(wanted: Language): Promise<void> {
  const parts = await Promise.all(loaders.map((loader) => loader(wanted)))
  Object.assign(table, ...parts)
  language.current = wanted
  document.documentElement.lang = wanted === 'zh' ? 'zh-CN' : 'en'
  remember(keys.language, wanted)
}

/** Applies the language kept from before; call it once, before anything is shown. */
export async function restoreLanguage(): Promise<void> {
  if (recall(keys.language) === 'en') await setLanguage('en').catch(() => undefined)
}
