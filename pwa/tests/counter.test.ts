import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Visit } from '../src/api/schema'
import type { Department, ItemList, ItemSummary } from '../src/api/types'
import { claimOf, isTyped, nobody } from '../src/desk/counterClaim'
import { enterable, kindsOf } from '../src/desk/counterItems'
import { useCounter } from '../src/desk/useCounter'

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

describe('what the applicant says beside the form', () => {
  const says = { zh: '', en: '' }
  const material = (key: string, necessity: string) => ({ key, name: says, hint: says, necessity, handover: 'upload', accept: [], max_files: 1, alternatives: [], max_bytes: null })
  const guide = { key: 'permit', name: says, form_hash: 'f', hash: 'g', tolerant_acceptance: true, tolerant_within: null, automatic: null, materials: [material('rules', 'tolerant')] }
  const form = { hash: 'f', schema: { type: 'object', properties: {} }, layout: { pages: [] } }
  const sent: Record<string, unknown>[] = []
  let refuses = ''

  beforeEach(() => {
    sent.length = 0
    refuses = ''
    vi.stubGlobal('fetch', async (address: string, options: RequestInit) => {
      const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
      if (options.method === 'POST') {
        sent.push(JSON.parse(String(options.body)) as Record<string, unknown>)
        return refuses ? json({ type: 'urn:zhangban:problem:material-missing', status: 422, materials: ['rules'], promise: refuses }, 422) : json({})
      }
      return json(String(address).includes('/items/') ? guide : form)
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  const counter = () => useCounter({ id: 'v', item: 'permit', facts: {}, materials: [], ends_at: '2099-01-01T00:00:00Z' } as unknown as Visit)

  it('is sent with it: the promise while something is missing, and that a person is to decide', async () => {
    const filling = counter()
    await filling.load()
    expect(filling.later.map((one) => one.key)).toEqual(['rules'])
    filling.promised = true
    filling.byPerson = true
    await filling.submit()
    expect(sent.map((body) => [body.promise, body.by_person])).toEqual([[true, true]])
  })

  it('is not promised where a record of the applicant forbids it', async () => {
    const filling = counter()
    await filling.load()
    filling.promised = true
    refuses = 'closed'
    await expect(filling.submit()).rejects.toThrow()
    expect(filling.promiseClosed).toBe(true)
  })
})
