import { describe, expect, test } from 'vitest'
import type { CaseSummary } from '../src/api/types'
import type { PublishedChanges } from '../src/api/schema'
import { NOTICE_MS, phaseOf } from '../src/frame/phaseOf'
import { isPage, pageOf } from '../src/frame/pageOf'
import { installsByHand } from '../src/installing'
import { latestChanges } from '../src/latestChanges'
import { casesKept, casesPath } from '../src/ownCases'

describe('the name of a page in feedback', () => {
  const at = (path: string, params: Record<string, string> = {}) => pageOf({ matched: [{ path }] as never, params })

  test('has public names in it and nobody’s ids', () => {
    expect(at('/items/:key', { key: 'residence-permit' })).toBe('/items/residence-permit')
    expect(at('/cases/:id/documents/:sequence', { id: '0199', sequence: '1' })).toBe('/cases/:id/documents/:sequence')
    expect(at('/:missing(.*)*', { missing: 'x' })).toBe('/:missing')
    expect(at('/items/:key', { key: '不是' })).toBe('/')
  })

  test('is a plain path only', () => {
    expect(['/', '/cases/:id', '/a?b', 'a', '//evil\u0000', 7].map(isPage)).toEqual([true, true, false, false, false, false])
  })
})

test('planned work is planned, then near, then on, then over', () => {
  const window = { starts: 10_000_000, ends: 20_000_000 }
  expect([0, window.starts - NOTICE_MS, window.starts, window.ends - 1, window.ends].map((at) => phaseOf(window, at))).toEqual(['planned', 'near', 'on', 'on', 'none'])
  expect(phaseOf(null, 0)).toBe('none')
})

test('only Safari on iPhone and iPad puts an app on the home screen by its own menu', () => {
  const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
  const pad = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15'
  const chat = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50'
  const chromium = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36'
  expect([installsByHand(safari, 5), installsByHand(pad, 5), installsByHand(pad, 0), installsByHand(chat, 5), installsByHand(chromium, 5)]).toEqual([true, true, false, false, false])
})

describe('one’s own cases', () => {
  const one = (id: string, state: string, code: string, zh: string) => ({ id, state, query_code: code, item: { key: id, name: { zh, en: `Permit ${id}` } } }) as unknown as CaseSummary
  const cases = [one('a', 'accepted', 'TW7572ZT', '居住证申领'), one('b', 'granted', '1MV3XAHB', '生育登记')]
  const ids = (tab: 'all' | 'open' | 'ended', sought = '') => casesKept(cases, tab, sought).map(({ id }) => id)

  test('are sifted on the phone by tab, code and name', () => {
    expect([ids('all'), ids('open'), ids('ended')]).toEqual([['a', 'b'], ['a'], ['b']])
    expect([ids('all', 'tw75-72zt'), ids('all', '登记'), ids('all', 'PERMIT'), ids('open', '登记'), ids('all', '-')]).toEqual([['a'], ['b'], ['a', 'b'], [], []])
  })

  test('have an address for what is asked', () => {
    expect([casesPath('all', ''), casesPath('open', ''), casesPath('ended', 'a b&c')]).toEqual(['/cases', '/cases?state=open', '/cases?state=ended&q=a+b%26c'])
  })
})

test('the latest changes are those of sixty days that can be looked up, each item once, and no first publication', () => {
  const now = Date.parse('2026-11-27T00:00:00Z')
  const item = (key: string, change = 'changed') => ({ key, change, name: { zh: key, en: key } })
  const publication = (from: string, state: string, items: object[], first = false) => ({ in_force_from: from, state, items, first }) as unknown as PublishedChanges
  const found = latestChanges(
    [
      publication('2026-12-10T00:00:00Z', 'coming', [item('a'), item('gone', 'removed')]),
      publication('2026-11-01T00:00:00Z', 'in-force', [item('a'), item('b', 'new')]),
      publication('2026-08-01T00:00:00Z', 'in-force', [item('old')]),
      publication('2026-11-20T00:00:00Z', 'in-force', [item('first')], true),
    ],
    now,
  )
  expect(found.map(({ key, coming }) => [key, coming])).toEqual([['a', true], ['b', false]])
})
