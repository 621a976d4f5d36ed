import { describe, expect, it } from 'vitest'
import type { ItemList, ItemSummary } from '../src/api/types'
import { building, find, indexOf, oneApart } from '../src/search'

const item = (key: string, zh: string, en: string, pinyin: string, aliases: [string, string][] = []): ItemSummary => ({
  key, code: '', name: { zh, en }, summary: { zh: '', en: '' }, aliases: aliases.map(([name]) => name), pinyin, alias_pinyin: aliases.map(([, read]) => read), visits: 0, promised: { value: 10, unit: 'workday' },
  fee_charged: false, topic: '', department: { code: '', name: { zh: '', en: '' } }, corporate_topic: null, everyday: 0, errand: null, service_objects: ['1'], use_level: '4', kind: 'promised', depth: 4, offices: [], fillable: true,
})
const list: ItemList = {
  hash: '',
  items: [
    item('fund', '住房公积金提取', 'Housing fund withdrawal', 'zhu fang gong ji jin ti qu', [['公积金', 'gong ji jin']]),
    item('permit', '居住证申领', 'Residence permit', 'ju zhu zheng shen ling', [['暂住证', 'zan zhu zheng']]),
    item('marriage', '结婚登记（内地居民）', 'Marriage registration', 'jie hun deng ji nei di ju min'),
  ],
  search: { traditional: { 證: '证', 積: '积' }, stop_words: ['怎么', '我要', '在哪里'], synonyms: { 扯证: '结婚登记' } },
}
const index = indexOf(list)
const first = (query: string): string | undefined => find(index, query)[0]?.key

describe('find', () => {
  it.each([
    ['居住证', 'permit'],
    ['jzz', 'permit'],
    ['JZZSL', 'permit'],
    ['ju zhu zheng', 'permit'],
    ['居zhu证', 'permit'],
    ['居住證', 'permit'],
    ['居住正', 'permit'],
    ['juzhuzheg', 'permit'],
    ['暂住证', 'permit'],
    ['residence', 'permit'],
    ['我要怎么办居住证', 'permit'],
    ['gjj', 'fund'],
    ['公积金', 'fund'],
    ['公積金', 'fund'],
    ['扯证', 'marriage'],
    ['jhdj', 'marriage'],
  ])('finds by %s', (query, key) => {
    expect(first(query)).toBe(key)
  })

  it('says how an item was found and which characters of its name were meant', () => {
    expect(find(index, 'jzz')[0]).toMatchObject({ way: 'initials', term: '居住证申领', marked: [0, 3] })
    expect(find(index, 'neidi')[0]).toMatchObject({ way: 'pinyin', term: '结婚登记（内地居民）', marked: [5, 7] })
    expect(find(index, '扯证')[0]).toMatchObject({ understood: '结婚登记' })
  })

  it('finds nothing for blanks, for what no item is called and for what is no word', () => {
    for (const query of ['', '  ', '飞机', '怎么', '？！', '😀']) expect(find(index, query)).toEqual([])
  })

  it('reads no more than sixty characters', () => {
    expect(find(index, `${'x'.repeat(60)}居住证`)).toEqual([])
    expect(first(`居住证${' '.repeat(100)}公积金`)).toBe('permit')
  })

  it('works with a list of before there were rules for search', () => {
    const old = { hash: '', items: list.items } as unknown as ItemList
    expect(find(indexOf(old), 'jzz')[0]?.key).toBe('permit')
  })

  it('finds the same when the index is built in slices', () => {
    const long = { ...list, items: Array.from({ length: 120 }, (_, at) => ({ ...list.items[at % 3]!, key: `k${at}` })) }
    const build = building(long)
    let slices = 0
    let step = build.next()
    while (!step.done) {
      slices++
      step = build.next()
    }
    expect(slices).toBe(2)
    expect(find(step.value, 'jzz')).toEqual(find(indexOf(long), 'jzz'))
  })
})

describe('oneApart', () => {
  it.each([
    ['护照', '护找', true],
    ['护照', '护', true],
    ['护照', '办护照', true],
    ['护照', '照护', true],
    ['护照', '护照', true],
    ['护照', '照片', false],
    ['abcd', 'abdce', false],
  ])('%s and %s: %s', (left, right, expected) => {
    expect(oneApart(left, right)).toBe(expected)
    expect(oneApart(right, left)).toBe(expected)
  })
})
