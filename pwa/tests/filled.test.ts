import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Form } from '../src/api/types'
import { judgeFilled, type Circumstances } from '../src/rules/filled'
import type { Json } from '../src/rules/json'

const vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/forms.json', import.meta.url), 'utf8')) as {
  schema: Json
  layout: Form['layout']
  by: Circumstances
  cases: { name: string; values: Json; errors: unknown }[]
}

describe('a filled form', () => {
  it.each(vectors.cases)('has exactly its errors: $name', ({ values, errors }) => {
    expect(judgeFilled(vectors.schema, vectors.layout, values, vectors.by)).toEqual(errors)
  })
})
