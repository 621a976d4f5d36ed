import { describe, expect, it } from 'vitest'
import { computed, reactive } from 'vue'
import type { Form, FormField } from '../src/api/types'
import { asked, emptied, faultsOfPage, unasked, valueAt } from '../src/filling/fields'
import { whenLeft, whileTyped } from '../src/filling/typed'

const field = (name: string, more: Partial<FormField> = {}): FormField => ({
  pointer: `/${name}`, label: { zh: name, en: name }, hint: null, example: null, control: 'text', options: null, known: null, check: null, material: null, errors: {}, when: null, fields: [], row_name: null, ...more,
})
const form: Form = {
  hash: 'h',
  schema: {
    type: 'object', additionalProperties: false, required: ['name', 'detail', 'card'],
    properties: {
      name: { type: 'string', maxLength: 50 }, detail: { type: 'string', minLength: 4, maxLength: 80 },
      card: { type: 'string', enum: ['electronic', 'post'] }, post_to: { type: 'string', minLength: 6, maxLength: 120 },
    },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    allOf: [{ if: { properties: { card: { const: 'post' } }, required: ['card'] }, then: { required: ['post_to'] } }],
  },
  layout: {
    pages: [{
      key: 'all', title: { zh: '', en: '' },
      fields: [field('name', { known: 'name' }), field('detail'), field('card'), field('post_to', { when: { pointer: '/card', equals: 'post', one_of: [] } }), field('photo', { control: 'file', material: 'photo' })],
    }],
  },
}
const guide = { materials: [{ key: 'photo', name: { zh: '', en: '' }, hint: { zh: '', en: '' }, necessity: 'required' as const, handover: 'upload' as const, share_source: null, accept: [], max_bytes: null, max_files: 1, choices: null, kind: '1' as const, form: 'both' as const, originals: 0, copies: 0, condition: null, issuer: null, share_register: null, shared_certificate: null, basis: null }] }
const page = form.layout.pages[0]!
const faults = (values: Record<string, unknown>, files: Record<string, number> = {}, known = true): string[] =>
  faultsOfPage(page, form, values, files, guide, { today: '2026-11-27', facts: {}, commitments: [] }, known).map((fault) => `${fault.field.pointer} ${fault.keyword}`)

describe('a page of the form', () => {
  it('names every empty field that the schema demands, in the order of the page', () => {
    expect(faults({})).toEqual(['/name required', '/detail required', '/card required', '/photo required'])
  })

  it('leaves what the account fills out of account before signing in', () => {
    expect(faults({ detail: '3 栋 502 室', card: 'electronic' }, { photo: 1 }, false)).toEqual([])
  })

  it('demands an answer that another answer calls for, and only then', () => {
    const values = { name: '林', detail: '3 栋 502 室', card: 'post' }
    expect(faults(values, { photo: 1 })).toEqual(['/post_to required'])
    expect(faults({ ...values, card: 'electronic' }, { photo: 1 })).toEqual([])
  })

  it('names the keyword that a filled field breaks', () => {
    expect(faults({ name: '林', detail: '3栋', card: 'other' }, { photo: 1 })).toEqual(['/detail minLength', '/card enum'])
  })
})

const family: Form = {
  hash: 'h',
  schema: {
    type: 'object', additionalProperties: false, required: ['agent', 'members'],
    properties: {
      agent: { type: 'object', additionalProperties: false, required: ['name'], properties: { name: { type: 'string', maxLength: 9 }, phone: { type: 'string', maxLength: 11 } } },
      members: {
        type: 'array', minItems: 1, maxItems: 3,
        items: { type: 'object', additionalProperties: false, required: ['name'], properties: { name: { type: 'string', maxLength: 9 }, adult: { type: 'boolean' }, id_number: { type: 'string', maxLength: 18 } } },
      },
    },
  },
  layout: {
    pages: [{
      key: 'all', title: { zh: '', en: '' },
      fields: [
        field('agent', { control: 'group', fields: [field('agent/name'), field('agent/phone', { check: 'mobile' })] }),
        field('members', { control: 'rows', row_name: { zh: '家人', en: 'Member' }, fields: [field('name'), field('adult', { control: 'checkbox' }), field('id_number', { check: 'id-number', when: { pointer: '/adult', equals: true, one_of: [] } })] }),
      ],
    }],
  },
}
const familyFaults = (values: Record<string, unknown>): string[] =>
  faultsOfPage(family.layout.pages[0]!, family, values, {}, { materials: [] }, { today: '2026-11-27', facts: {}, commitments: [] }, true).map((fault) => `${fault.path} ${fault.keyword}`)

describe('groups and rows', () => {
  it('name what is missing in an object that is not there at all', () => {
    expect(familyFaults({})).toEqual(['/agent/name required', '/members required'])
    expect(familyFaults({ agent: { phone: '139' }, members: [] })).toEqual(['/agent/name required', '/agent/phone check', '/members minItems'])
  })

  it('judge every row by its own answers', () => {
    const members = [{ name: '何建军', adult: true, id_number: '99042219510412027X' }, { adult: true, id_number: '990422195104120270' }, { name: '何秀梅' }]
    expect(familyFaults({ agent: { name: '林' }, members })).toEqual(['/members/1/name required', '/members/1/id_number check'])
    expect(asked(family.layout.pages[0]!.fields, { members }).map((one) => one.path)).toEqual(['/agent/name', '/agent/phone', '/members', '/members/0/name', '/members/0/adult', '/members/0/id_number', '/members/1/name', '/members/1/adult', '/members/1/id_number', '/members/2/name', '/members/2/adult'])
  })

  it('find answers to questions that are no longer asked', () => {
    expect(unasked(family.layout.pages[0]!.fields, { members: [{ name: '何', adult: false, id_number: 'x' }] })).toEqual(['/members/0/id_number'])
  })

  it('leave no empty object behind when the last answer in it goes, and keep rows', () => {
    expect(emptied({ agent: { name: '林' } }, '/agent/name')).toBe('/agent')
    expect(emptied({ agent: { name: '林', phone: '1' } }, '/agent/name')).toBe('/agent/name')
    expect(emptied({ members: [{ name: '何' }] }, '/members/0/name')).toBe('/members/0/name')
  })
})

describe('what is typed', () => {
  it('is stored as the document has it', () => {
    expect(whileTyped(field('n', { check: 'id-number' }), ' ９９0321 19950816 242x')).toBe('99032119950816242X')
    expect(whileTyped(field('n', { check: 'mobile' }), '+86 139-0000-0001')).toBe('13900000001')
    expect(whileTyped(field('n', { control: 'number' }), '１,２００')).toBe(1200)
    expect(whileTyped(field('n', { control: 'number' }), '1.')).toBe('1.')
    expect(whenLeft(field('n', { control: 'number' }), '1.50')).toBe(1.5)
    expect(whenLeft(field('n'), ' 海棠路 ')).toBe('海棠路')
    expect(whenLeft(field('n'), '  ')).toBeUndefined()
  })
})

describe('an answer that comes after the page was drawn', () => {
  it('is shown, though nothing was there to look at before', () => {
    const values = reactive<Record<string, string>>({})
    const shown = computed(() => valueAt(values, '/id_number'))
    expect(shown.value).toBeUndefined()
    values.id_number = '990321201806140247'
    expect(shown.value).toBe('990321201806140247')
  })
})
