import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  checkAreaCode, checkCertificateIdentifier, checkInvestmentProjectCode, checkItemCode, checkPhone, checkQueryCode, checkResidentId, checkUscc,
  newId, normaliseIdentifier, normalisePhone, normaliseQueryCode,
} from '../../src/rules/identifiers.ts'
import { runs } from './scale.ts'

const vectors = JSON.parse(readFileSync(new URL('../../../tests/vectors/vectors.json', import.meta.url), 'utf8')) as {
  resident_id: { valid: string[]; invalid: string[]; residence_permit_hmt: { valid: string[] }; foreign_permanent: { valid: string[] } }
  uscc: { valid: string[]; invalid: string[] }
  item_codes: { catalog_code: string; task_code: string; task_handle_item: string }
  ecert_id: { valid: string[]; invalid: string[] }
  investment_project_code: { valid: string[] }
}
const people = vectors.resident_id
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('the published vectors', () => {
  it.each([...people.valid, ...people.residence_permit_hmt.valid, ...people.foreign_permanent.valid])('resident ID %s passes', (text) => {
    expect(checkResidentId(text, '2026-11-22')).toBeNull()
  })
  it.each(people.invalid)('resident ID %s is refused', (text) => expect(checkResidentId(text, '2026-11-22')).not.toBeNull())
  it.each(vectors.uscc.valid)('credit code %s passes', (text) => expect(checkUscc(text)).toBeNull())
  it.each(vectors.uscc.invalid)('credit code %s is refused', (text) => expect(checkUscc(text)).not.toBeNull())
  it.each(vectors.ecert_id.valid)('certificate %s passes', (text) => expect(checkCertificateIdentifier(text)).toBeNull())
  it.each(vectors.ecert_id.invalid)('certificate %s is refused', (text) => expect(checkCertificateIdentifier(text)).toBe('check-character'))
  it('item codes of 12, 31 and 33 pass', () => {
    const { catalog_code, task_code, task_handle_item } = vectors.item_codes
    expect([catalog_code, task_code, task_handle_item].map(checkItemCode)).toEqual([null, null, null])
  })
  it('the investment project code passes', () => expect(checkInvestmentProjectCode(vectors.investment_project_code.valid[0] ?? '')).toBeNull())
})

it('an area code uses its levels from the left', () => {
  expect(['990101', '110101001001', '110001', '110101000001', '830000'].map(checkAreaCode)).toEqual([null, null, 'level', 'level', 'province'])
})

it('one of 32 last characters completes a query code, and no other', () => {
  const start = fc.string({ unit: fc.constantFrom(...CROCKFORD), minLength: 7, maxLength: 7 })
  fc.assert(fc.property(start, (text) => [...CROCKFORD].filter((last) => checkQueryCode(text + last) === null).length === 1), { numRuns: runs(20_000) })
})

it('what people type is brought into canonical form', () => {
  expect(normaliseQueryCode(' oil4-ａbcd ')).toBe('0114ABCD')
  expect(normaliseIdentifier(' １１０105 19491231 002x')).toBe('11010519491231002X')
  expect(['+86 138 0013 8000', '138-0013-8000', '（0591）87654321'].map(normalisePhone)).toEqual(['13800138000', '13800138000', '059187654321'])
  expect(['13800138000', '12345', '010-62345678', '12800138000'].map(checkPhone)).toEqual([null, null, null, 'format'])
})

it('new ids are version 7 and sort by time', () => {
  const ids = Array.from({ length: 100 }, (_, step) => newId(1_700_000_000_000 + step))
  expect(ids).toEqual([...ids].sort())
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(ids[0]).toMatch(/^018bcfe5-6800-/)
})
