import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { first as zhFirst } from '../src/messages/zh/first'
import { rest as zhRest } from '../src/messages/zh/rest'

const source = (path: string): string => readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8')

describe('messages', () => {
  it('of the first screen do not wait for the rest', () => {
    for (const path of ['App.vue', 'screens/HomeScreen.vue', 'components/TabBar/TabBar.vue', 'components/OfflineBar/OfflineBar.vue', 'components/Skeleton/Skeleton.vue', 'itemFacts.ts']) {
      for (const match of source(path).matchAll(/\bt\(\s*'([^']+)'/g)) expect(zhFirst).toHaveProperty([match[1] ?? ''])
    }
  })

  it('never use words the city does not say', () => {
    const all = [zhFirst, zhRest].flatMap((part) => Object.values(part)).join('\n')
    expect(all).not.toMatch(/尊敬的用户|系统繁忙|提交成功|你/)
  })
})

describe('routes.json', () => {
  it('lists every screen of the router', () => {
    const listed = (JSON.parse(readFileSync(new URL('../routes.json', import.meta.url), 'utf8')) as { path: string; entry: string }[]).filter((route) => route.entry === 'app').map((route) => route.path)
    const built = [...(source('router.ts') + source('routes.ts')).matchAll(/\{ path: '([^']+)', component/g)].map((match) => (match[1] ?? '').replace('(.*)*', ''))
    expect(listed.sort()).toEqual(built.sort())
  })
})
