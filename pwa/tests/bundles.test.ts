import { describe, expect, it } from 'vitest'
import type { Bundle, FilingMember } from '../src/api/types'
import { asks, steps } from '../src/bundles/order'
import { bundleOf, chosenItems, itemOf } from '../src/filling/bundleForm'
import { addressOf } from '../src/offline/submission'

const bundle = {
  key: 'two', members: ['first', 'second'], optional_members: [{ item: 'third', when: { zh: '', en: '' } }], order: [['second', 'first']],
  questions: [{ key: 'more', text: { zh: '', en: '' }, options: [{ value: 'yes', label: { zh: '', en: '' }, adds: ['third'] }, { value: 'no', label: { zh: '', en: '' }, drops: ['first'] }] }],
} as unknown as Bundle

const member = (key: string, waits_for: string[], state = 'waiting'): FilingMember => ({ item: { key, name: { zh: key, en: key } }, state, waits_for, case: null }) as unknown as FilingMember

describe('a bundle', () => {
  it('is filed under a key of its own', () => {
    expect([bundleOf(itemOf('two')), bundleOf('first')]).toEqual(['two', null])
    expect([addressOf(itemOf('two')), addressOf('first')]).toEqual(['/bundles/two/filings', '/cases'])
  })

  it('has the items that the answers leave, each after what goes first', () => {
    expect(chosenItems(bundle, {})).toEqual(['second', 'first'])
    expect(chosenItems(bundle, { about_more: 'yes' })).toEqual(['second', 'first', 'third'])
    expect(chosenItems(bundle, { about_more: 'no' })).toEqual(['second'])
  })

  it('shows what goes on at the same time as one step', () => {
    const members = [member('a', []), member('b', []), member('c', ['b']), member('d', ['c', 'a'], 'ready')]
    expect(steps({ members }).map((step) => step.map((each) => each.item.key))).toEqual([['a', 'b'], ['c'], ['d']])
    expect(members.map(asks)).toEqual([false, false, false, true])
  })
})
