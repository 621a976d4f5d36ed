import { describe, expect, it } from 'vitest'
import type { Department, ItemList, ItemSummary } from '../src/api/types'
import { claimOf, isTyped, nobody } from '../src/desk/counterClaim'
import { enterable, kindsOf } from '../src/desk/counterItems'

const item = (key: string, offices: string[], more: Partial<ItemSummary> = {}): ItemSummary =>
  ({ key, everyday: 0, fillable: true, service_objects: ['1'], offices: offices.map((code) => ({ department: { code }, divisions: [] })), ...more }) as unknown as ItemSummary
const department = (key: string, parent: string | null): Department => ({ key, code: key.toUpperCase(), parent }) as unknown as Department

describe('the counter', () => {
  const departments = [department('police', null), department('branch', 'police'), department('health', null)]
  const list = { items: [item('permit', ['BRANCH']), item('read-only', ['BRANCH'], { fillable: false }), item('clinic', ['HEALTH'])] } as unknown as ItemList
  const keys = (code: string): string[] => enterable(code, departments, list).map((each) => each.key)

  it('offers what its department or one below it handles and can be filed', () => {
    expect([keys('POLICE'), keys('BRANCH'), keys('HEALTH'), keys('UNKNOWN')]).toEqual([['permit'], ['permit'], ['clinic'], []])
  })

  it.each([
    [['1'], ['person']],
    [['2', '3'], ['organisation']],
    [['1', '2'], ['person', 'organisation']],
  ] as [ItemSummary['service_objects'], string[]][])('knows for whom an item of %o is', (objects, kinds) => {
    expect(kindsOf(item('x', [], { service_objects: objects }))).toEqual(kinds)
  })
})

describe('an applicant typed from their card', () => {
  const lin = { ...nobody('person'), name: ' 林晓舟 ', id_number: '99032119950816242x', phone: '139 1234 0077' }

  it('is asked for as the server takes it', () => {
    expect(claimOf('permit', lin)).toEqual({ item: 'permit', name: '林晓舟', id_number: '99032119950816242X', phone: '13912340077', organisation: null })
  })

  it('is an organisation with its code once that is chosen', () => {
    expect(claimOf('permit', { ...lin, kind: 'organisation', organisation: '云海贸易', uscc: '91990102ma1yh0010k ' }).organisation).toEqual({ name: '云海贸易', uscc: '91990102MA1YH0010K' })
  })

  it('is something to lose as soon as one letter stands there', () => {
    expect([isTyped(nobody('organisation')), isTyped({ ...nobody('person'), name: ' ' }), isTyped({ ...nobody('person'), phone: '1' })]).toEqual([false, false, true])
  })
})
