import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { loadRestOfMessages, setLanguage, t } from '../src/messages'
import { desk as enDesk } from '../src/messages/en/desk'
import { first as enFirst } from '../src/messages/en/first'
import { rest as enRest } from '../src/messages/en/rest'
import { verify as enVerify } from '../src/messages/en/verify'
import { desk as zhDesk } from '../src/messages/zh/desk'
import { first as zhFirst } from '../src/messages/zh/first'
import { rest as zhRest } from '../src/messages/zh/rest'
import { verify as zhVerify } from '../src/messages/zh/verify'

type Table = Record<string, string>
const parts: Record<string, [Table, Table]> = {
  first: [zhFirst, enFirst], rest: [zhRest, enRest], verify: [zhVerify, enVerify], desk: [zhDesk, enDesk],
}
const root = new URL('../src/', import.meta.url)
/** Examples of components stand in both languages themselves, and so does the page that shows them. */
const bilingual = /(?:^|\/)examples(?:\/|\.ts$)|^gallery\//
const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(?:ts|vue)$/.test(path) && !path.startsWith('messages/') && !bilingual.test(path))
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<![:'"`])\/\/.*$/gm, '')
const sources = Object.fromEntries(paths.map((path) => [path, withoutComments(readFileSync(new URL(path, root), 'utf8'))]))
const all = Object.values(sources).join('\n')

/** Keys made of parts, such as `form.needs.${what}`, as patterns. */
const escaped = (text: string): string => text.replaceAll(/[.*+?^()|[\]\\]/g, String.raw`\$&`)
const patterns = [...new Set([...all.matchAll(/`((?:[\w.-]|\$\{[^}`]*\})+)`/g)].map((match) => match[1] ?? ''))]
  .filter((template) => template.includes('${') && /[a-z]\.|\.[a-z]/.test(template.replaceAll(/\$\{[^}]*\}/g, '')))
  .map((template) => new RegExp(`^${template.split(/\$\{[^}]*\}/).map(escaped).join(String.raw`[\w.-]+`)}$`))
const isUsed = (key: string): boolean => all.includes(`'${key}'`) || patterns.some((pattern) => pattern.test(key))
const keys = Object.values(parts).flatMap(([zh]) => Object.keys(zh))
const called = [...all.matchAll(/\bt\(\s*(?:[^()'"`]*\?\s*)?'([^']+)'(?:\s*:\s*'([^']+)')?/g)].flatMap((match) => [match[1], match[2]]).filter((key) => key !== undefined)

describe('messages', () => {
  test.each(Object.keys(parts))('of "%s" are the same in both languages, with the same parameters', (part) => {
    const [zh, en] = parts[part]!
    const parameters = (table: Table) => Object.fromEntries(Object.entries(table).map(([key, text]) => [key, [...new Set([...text.matchAll(/\{(\w+)(?:\?[^}]*)?\}/g)].map((match) => match[1]))].sort()]))
    expect(parameters(en)).toEqual(parameters(zh))
    expect([...Object.values(zh), ...Object.values(en)].filter((text) => text === '')).toEqual([])
  })

  test('stand in one part only', () => {
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })

  test('are all used', () => {
    expect(keys.filter((key) => !isUsed(key))).toEqual([])
  })

  test('that are used all exist', () => {
    expect([...new Set(called)].filter((key) => !keys.includes(key))).toEqual([])
  })
})

test('a counted word in English stands as one or as many, as its number says', async () => {
  vi.stubGlobal('document', { documentElement: {} })
  await setLanguage('en')
  await loadRestOfMessages()
  expect([0, 1, '1', 7].map((n) => t('limit.day', { n }))).toEqual(['0 days', '1 day', '1 day', '7 days'])
  expect(t('department.does', { n: 1, m: 2 })).toBe('1 service, 2 places')
  expect(t('erase.blocked', { n: 1 })).toBe('1 case is not finished: it cannot be erased yet')
  const counted = [enFirst, enRest, enDesk].flatMap((table) => Object.entries(table)).filter(([, text]) => /\{\w+\} (?:working )?(?:days|months|years|services|places|pictures|copies|originals|cases|times|entries|accounts|items)\b|\(s\)/.test(text))
  expect(counted.map(([key]) => key)).toEqual(['events.times'])
  await setLanguage('zh')
  vi.unstubAllGlobals()
})

test('no Chinese stands outside the messages, but for names of languages and what is shown before any part is there', () => {
  // The sentence that closes an account is compared word for word.
  // A push is shown by the worker, which has no messages: its neutral words carry both languages. A date's form is grammar.
  const allowed: Record<string, string[]> = { 'service-worker/payload.ts': ['掌上办', '您有一条新消息，请打开查看'], 'dates.ts': ['年', '月', '日'], 'api/schema.d.ts': ['删除我的账号'] }
  const found = Object.entries(sources).flatMap(([path, text]) =>
    [...text.matchAll(/[\u3007\u4e00-\u9fff]+(?:[，。：、！？（）“”]*[\u4e00-\u9fff]+)*/g)]
      .map((match) => `${path}: ${match[0]}`)
      .filter((each) => !(allowed[path] ?? []).some((words) => each.endsWith(`: ${words}`)) && !each.endsWith(': 中文')),
  )
  expect(found).toEqual([])
})

test('no sentence mixes languages, but for names that have no other', () => {
  const plain = (text: string): string => text.replaceAll(/\{[^}]*\}/g, '')
  const mixed = ([zh, en]: [Table, Table]): string[] => [
    ...Object.entries(en).filter(([key, text]) => !key.startsWith('language.other') && /[\u4e00-\u9fff]/.test(plain(text))).map(([key]) => `en ${key}`),
    ...Object.entries(zh)
      .filter(([key, text]) => !key.startsWith('language.other') && /[A-Za-z]{2,}/.test(plain(text).replaceAll(/\b(?:JPEG|PNG|PDF|SHA|MB|KB|CSV|GB\/T|YH\d+|ZB1|ZP1|localhost|Enter|zhangban city publish)\b/g, '')))
      .map(([key]) => `zh ${key}`),
  ]
  expect(Object.values(parts).flatMap(mixed)).toEqual([])
})
