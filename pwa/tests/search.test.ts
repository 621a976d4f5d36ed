import { describe, expect, it } from 'vitest'
import type { ItemSummary } from '../src/api/types'
import { findItems } from '../src/search'

const item = (key: string, zh: string, en: string, pinyin: string, initials: string, aliases: string[] = []): ItemSummary => ({
  key, code: '', name: { zh, en }, summary: { zh: '', en: '' }, aliases, pinyin, initials, visits: 0, promised: { value: 10, unit: 'workday' },
  fee_charged: false, topic: '', department: { code: '', name: { zh: '', en: '' } }, alias_pinyin: [], alias_initials: [], corporate_topic: null, everyday: 0, errand: null, service_objects: ['1'], use_level: '4', kind: 'promised', depth: 4, offices: [], fillable: true,
})
const items = [
  item('fund', '住房公积金提取', 'Housing fund withdrawal', 'zhufanggongjijintiqu', 'zfgjjtq', ['公积金']),
  item('permit', '居住证申领', 'Residence permit', 'juzhuzhengshenling', 'jzzsl', ['暂住证']),
]

describe('findItems', () => {
  it.each([
    ['居住证', 'permit'],
    ['jzz', 'permit'],
    ['JZZSL', 'permit'],
    ['ju zhu zheng', 'permit'],
    ['暂住证', 'permit'],
    ['residence', 'permit'],
    ['gjj', 'fund'],
    ['公积金', 'fund'],
  ])('finds by %s', (query, key) => {
    expect(findItems(items, query)[0]?.item.key).toBe(key)
  })

  it('marks the characters that the first letters stand for', () => {
    expect(findItems(items, 'jzz')[0]?.marked).toEqual([0, 3])
    expect(findItems(items, '公积金')[0]?.marked).toEqual([2, 5])
  })

  it('finds nothing for blanks and for what no item is called', () => {
    expect(findItems(items, '  ')).toEqual([])
    expect(findItems(items, '飞机')).toEqual([])
  })
})
