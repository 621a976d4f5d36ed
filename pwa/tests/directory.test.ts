import { describe, expect, it } from 'vitest'
import type { Bundle, Department, ItemSummary, Place } from '../src/api/types'
import { addressOf, filtersFrom, inOrder, itemsOf, narrowed, predecessors } from '../src/directory'
import { metresBetween, nearestFirst, openness, stepsAway } from '../src/places'

const item = (key: string, department: string, more: Partial<ItemSummary> = {}): ItemSummary =>
  ({ key, everyday: 0, fillable: true, visits: 0, topic: '090', corporate_topic: null, service_objects: ['1'], use_level: '4', errand: null, department: { code: department, name: { zh: '', en: '' } }, offices: [], ...more }) as unknown as ItemSummary
const department = (key: string, parent: string | null): Department => ({ key, code: key.toUpperCase(), parent }) as unknown as Department

const departments = [department('police', null), department('branch', 'police'), department('health', null)]
const items = [
  item('permit', 'BRANCH', { everyday: 5 }),
  item('passport', 'POLICE', { everyday: 9, visits: 1 }),
  item('clinic', 'HEALTH', { topic: '145', corporate_topic: '040', service_objects: ['2'], errand: 'proof', fillable: false }),
]
const keys = (list: ItemSummary[]): string[] => list.map((each) => each.key)

describe('the lists of items', () => {
  it('of a department have those of its branches, the everyday first', () => {
    expect(keys(itemsOf(departments[0]!, departments, items))).toEqual(['passport', 'permit'])
    expect(keys(itemsOf(departments[1]!, departments, items))).toEqual(['permit'])
  })

  it.each([
    [{}, ['passport', 'permit', 'clinic']],
    [{ audience: 'organisation' }, ['clinic']],
    [{ topic: '040' }, ['clinic']],
    [{ department: 'police', online: 'yes' }, ['permit']],
    [{ errand: 'proof' }, ['clinic']],
    [{ tier: '3' }, []],
    [{ department: 'unknown' }, ['passport', 'permit', 'clinic']],
  ])('are narrowed by the address %o', (query, expected) => {
    expect(keys(narrowed(items, filtersFrom(query), departments))).toEqual(expected)
  })

  it('keep in the address what is chosen and nothing else', () => {
    expect(addressOf(filtersFrom({ audience: 'person', online: 'yes', topic: ['x'], other: 'y' }))).toEqual({ audience: 'person', online: 'yes' })
  })
})

describe('the members of a bundle', () => {
  const bundle = { members: ['insurance', 'household', 'certificate'], order: [['certificate', 'household'], ['household', 'insurance']] } as unknown as Bundle
  it('stand after what must go first', () => {
    expect(inOrder(bundle)).toEqual(['certificate', 'household', 'insurance'])
    expect(predecessors(bundle, 'insurance')).toEqual(['household'])
  })

  it('stay as listed in a circle, and where there is no order', () => {
    expect(inOrder({ ...bundle, order: [['certificate', 'household'], ['household', 'certificate']] })).toEqual(['insurance', 'household', 'certificate'])
    expect(inOrder({ ...bundle, order: undefined } as unknown as Bundle)).toEqual(bundle.members)
  })
})

describe('openness', () => {
  const hours = [{ days: [1, 2, 3, 4, 5], from: '13:30', until: '17:00' }, { days: [1, 2, 3, 4, 5], from: '09:00', until: '12:00' }] as Place['hours']
  it.each([
    ['2026-11-23', '08:59', { open: false, next: { day: '2026-11-23', at: '09:00' } }],
    ['2026-11-23', '09:00', { open: true, until: '12:00' }],
    ['2026-11-23', '12:00', { open: false, next: { day: '2026-11-23', at: '13:30' } }],
    ['2026-11-27', '17:00', { open: false, next: { day: '2026-11-30', at: '09:00' } }],
    // The National Day holidays are closed from Thursday on.
    ['2026-10-01', '10:00', { open: false, next: { day: '2026-10-08', at: '09:00' } }],
  ])('on %s at %s', (day, time, expected) => {
    expect(openness(hours, day, time)).toEqual(expected)
  })

  it('never opens without hours', () => {
    expect(openness([], '2026-11-23', '10:00')).toEqual({ open: false, next: null })
  })
})

describe('near', () => {
  it.each([
    ['990102001001', 0],
    ['990102001000', 1],
    ['990102', 2],
    ['990100', 3],
    ['990102002000', 4],
    ['990103', 5],
  ])('counts the steps to %s', (division, steps) => {
    expect(stepsAway(division, '990102001001')).toBe(steps)
  })

  const place = (key: string, division: string, latitude?: string): Place => ({ key, division, position: latitude ? { latitude, longitude: '130.000000' } : null }) as unknown as Place
  const places = [place('far', '990103', '22.000000'), place('city', '990100', '21.000000'), place('unknown', '990102')]

  it('orders by division, or by distance where the position is known', () => {
    const order = (own: string, here: { latitude: number; longitude: number } | null): string[] => nearestFirst(places, own, here).map((each) => each.place.key)
    expect(order('990102001000', null)).toEqual(['unknown', 'city', 'far'])
    expect(order('', { latitude: 21.9, longitude: 130 })).toEqual(['far', 'city', 'unknown'])
    expect(order('', null)).toEqual(['far', 'city', 'unknown'])
  })

  it('measures a degree of latitude as 111 kilometres', () => {
    expect(metresBetween({ latitude: 21, longitude: 130 }, { latitude: 22, longitude: 130 })).toBeCloseTo(111_195, -2)
  })
})
