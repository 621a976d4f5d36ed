import { describe, expect, it } from 'vitest'
import type { Form, FormField } from '../src/api/types'
import { faultsOfPage, requiredNames } from '../src/filling/fields'
import { validateForm } from '../src/rules/forms'

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
  faultsOfPage(page, form, values, files, guide, validateForm, known).map((fault) => `${fault.field.pointer} ${fault.keyword}`)

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
    expect([...requiredNames(form.schema, values, validateForm)].sort()).toEqual(['card', 'detail', 'name', 'post_to'])
  })

  it('names the keyword that a filled field breaks', () => {
    expect(faults({ name: '林', detail: '3栋', card: 'other' }, { photo: 1 })).toEqual(['/detail minLength', '/card enum'])
  })
})
