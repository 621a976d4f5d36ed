import { afterEach, describe, expect, it, vi } from 'vitest'
import { useFurtherPages } from '../src/furtherPages'
import type { Resource } from '../src/resource'

interface Page {
  entries: string[]
  next?: string | null
}
const first = { value: { entries: ['a', 'b'], next: 'k 1' } } as unknown as Resource<Page>
const list = () => useFurtherPages<Page, string>('/things?limit=2', first, (page) => page.entries)

describe('a list that is read on', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('says when nobody answers, keeps what it has, and goes on where it stopped', async () => {
    const asked: string[] = []
    let reached = false
    vi.stubGlobal('fetch', async (address: string) => {
      asked.push(address)
      if (!reached) throw new TypeError('no network')
      return new Response(JSON.stringify({ entries: ['c'], next: null }), { headers: { 'Content-Type': 'application/json' } })
    })
    const pages = list()
    await pages.more()
    expect(pages.failed.value).toBe('现在连不上服务器。请看看网络，再试一次。')
    expect([pages.entries.value, pages.cursor.value, pages.busy.value]).toEqual([['a', 'b'], 'k 1', false])
    reached = true
    await pages.more()
    expect([pages.entries.value, pages.cursor.value, pages.failed.value]).toEqual([['a', 'b', 'c'], null, ''])
    expect(asked).toEqual(Array(2).fill('/api/v1/things?limit=2&after=k%201'))
  })

  it('says in the server\u2019s own words why it refuses', async () => {
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ type: 'urn:zhangban:problem:cursor-invalid', status: 400, title: '', detail: '请从头再看。' }), { status: 400, headers: { 'Content-Type': 'application/problem+json' } }))
    const pages = list()
    await pages.more()
    expect(pages.failed.value).toBe('请从头再看。')
  })
})
