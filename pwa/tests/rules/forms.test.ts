import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkForm } from '../../src/rules/formCheck.ts'
import { checkPattern, patternMatcher } from '../../src/rules/formPattern.ts'
import { validateForm } from '../../src/rules/forms.ts'
import { compareText } from '../../src/rules/json.ts'
import type { Json } from '../../src/rules/json.ts'
import { runs } from './scale.ts'

const text: Json = { type: 'string', maxLength: 20 }

describe('publishing a form', () => {
  it.each<[Json, string | null, string]>([
    [{ type: 'object', properties: { a: text }, additionalProperties: false, required: ['a'] }, null, ''],
    [{ type: 'object', properties: { a: text } }, 'additional-properties', ''],
    [{ type: 'string' }, 'length-missing', ''],
    [{ type: ['string'] }, 'type-list', '/type'],
    [{ type: 'array', items: true }, 'boolean-schema', '/items'],
    [{ type: 'number', maximum: 2 ** 53 + 2 }, 'number', '/maximum'],
    [{ type: 'number', toString: 1 }, 'keyword', '/toString'],
    [{ type: 'string', maxLength: 5, pattern: '^(a+)+$' }, 'pattern', '/pattern'],
    [{ type: 'string', maxLength: 5, pattern: '^a\\$' }, 'pattern', '/pattern'],
    [{ type: 'string', maxLength: 5, pattern: '^(?:a|b)+\\d{2}[一-龥]?$' }, null, ''],
  ])('%j', (schema, error, path) => expect(checkForm(schema)).toEqual(error === null ? null : { error, path }))
})

describe('judging a form', () => {
  it.each<[Json, Json, string[]]>([
    [{ maxLength: 1 }, '😀', []],
    [{ const: { a: 1, b: 2 } }, { b: 2, a: 1 }, []],
    [{ uniqueItems: true }, [1, true, '1', 1], [' uniqueItems']],
    [{ multipleOf: 0.01 }, 19.99, []],
    [{ multipleOf: 0.1 }, 0.30000000000000004, [' multipleOf']],
    [{ format: 'date' }, '2023-02-29', [' format']],
    [{ required: ['toString'] }, {}, [' required']],
    [{ items: { type: 'integer' } }, [1, 1.5, 'x'], ['/1 type', '/2 type']],
    [JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}'), { a: 1 }, [' required']],
    [{ properties: { 'a/b': false }, additionalProperties: false }, { 'a/b': 1, c: 1 }, [' additionalProperties', '/a~1b falseSchema']],
  ])('%j of %j', (schema, instance, errors) => {
    expect(validateForm(schema, instance).map(({ path, keyword }) => `${path} ${keyword}`)).toEqual(errors)
  })

  it('names on the prototype are properties only when the instance has them', () => {
    const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}') as Json
    expect(validateForm(schema, {})).toEqual([{ path: '', keyword: 'required' }])
    expect(validateForm(schema, JSON.parse('{"__proto__":1}') as Json)).toEqual([{ path: '/__proto__', keyword: 'type' }])
  })
})

const LONGEST = 5
/** A pattern, and at most how many ways the browser tries to match it: it goes back and forth, and a few go on for hours. */
interface Drawn { source: string; ways: number }
const atom = fc.constantFrom('a', 'b', '1', '一', '😀', '\\d', '\\.', '\\u4e00', '[ab]', '[^a]', '[a-c-]', '[一-龥\\d]', '.', '\\w', '\\S', '^', '$')
const times = { '': 0, '*': LONGEST, '+': LONGEST + 1, '?': 1, '{2}': 2, '{0,2}': 2, '{1,}?': LONGEST + 1 }
const repeat = fc.constantFrom(...(Object.keys(times) as (keyof typeof times)[]), '' as const)
const drawn = fc.letrec<{ pattern: Drawn; part: Drawn; group: Drawn }>((tie) => ({
  pattern: fc.array(tie('part'), { maxLength: 4 }).map((parts) => ({ source: parts.map((part) => part.source).join(''), ways: parts.reduce((all, part) => all * part.ways, 1) })),
  part: fc.oneof({ maxDepth: 3 }, fc.tuple(atom, repeat).map(([source, mark]) => ({ source: source + mark, ways: times[mark] + 1 })), tie('group')),
  group: fc.tuple(fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }), repeat).map(([parts, mark]) => {
    const ways = parts.reduce((all, part) => all + part.ways, 0)
    return { source: `(?:${parts.map((part) => part.source).join('|')})${mark}`, ways: mark === '' ? ways : (ways + 1) ** times[mark] }
  }),
})).pattern
const pattern = drawn.filter(({ ways }) => ways <= 1_000_000).map(({ source }) => source)

it('a pattern of the grammar means what it means to the browser', () => {
  const accepted = pattern.filter((source) => {
    try {
      checkPattern(source, false)
      return true
    } catch {
      return false
    }
  })
  const subject = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '-', '一', '😀', '\n', '٣'), maxLength: LONGEST })
  fc.assert(
    fc.property(accepted, subject, (source, value) => patternMatcher(source)(value) === new RegExp(source, 'u').test(value)),
    { numRuns: runs(100_000) },
  )
})

it('text is ordered by code points', () => {
  expect(['\u{10000}', '\uffff', 'b', 'ab', 'a'].sort(compareText)).toEqual(['a', 'ab', 'b', '\uffff', '\u{10000}'])
})
