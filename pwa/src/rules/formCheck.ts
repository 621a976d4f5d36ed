/**
 * Which JSON Schemas are forms: the keywords a form may use, and the stricter rules for publishing one. The twin is
 * `backend/foundation/form_check.py`: the same fault, by code and path, in both languages.
 */
import { checkPattern, PatternRefused } from './formPattern.ts'
import { isObject, own, pointer, sortedNames } from './json.ts'
import type { Json, JsonObject } from './json.ts'

export type FormFaultCode =
  | 'schema' | 'boolean-schema' | 'keyword' | 'value' | 'number' | 'pattern' | 'depth'
  | 'type-missing' | 'type-list' | 'length-missing' | 'additional-properties' | 'if-missing'

/** The first thing that keeps a schema from being a form: its code and the JSON Pointer to it. */
export interface FormFault { error: FormFaultCode; path: string }

const MAX_DEPTH = 64
const NUMBER_BOUND = 2 ** 53
const TYPES = new Set(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'])
const CONDITIONS = new Set(['if', 'then', 'else'])

type Shape = (value: Json) => boolean
const anything: Shape = () => true
const isText: Shape = (value) => typeof value === 'string'
const isNumber: Shape = (value) => typeof value === 'number'
const isWhole: Shape = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0
const isNames: Shape = (value) => Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length
const isTypeName = (value: Json): boolean => typeof value === 'string' && TYPES.has(value)
const isType: Shape = (value) => (Array.isArray(value) ? value.length > 0 && isNames(value) && value.every(isTypeName) : isTypeName(value))

/** What the value of a keyword must look like; a keyword that forms do not know is not here. */
const SHAPES = new Map<string, Shape>([
  ['title', isText], ['description', isText], ['pattern', isText], ['type', isType], ['enum', Array.isArray], ['const', anything],
  ['default', anything], ['minLength', isWhole], ['maxLength', isWhole], ['minItems', isWhole], ['maxItems', isWhole],
  ['minimum', isNumber], ['maximum', isNumber], ['exclusiveMinimum', isNumber], ['exclusiveMaximum', isNumber],
  ['multipleOf', (value) => typeof value === 'number' && value > 0], ['uniqueItems', (value) => typeof value === 'boolean'],
  ['required', isNames], ['dependentRequired', (value) => isObject(value) && Object.values(value).every(isNames)],
  ['additionalProperties', (value) => value === false], ['format', (value) => value === 'date'], ['properties', isObject],
  ['allOf', (value) => Array.isArray(value) && value.length > 0], ['items', anything], ['if', anything], ['then', anything], ['else', anything],
])

function firstFault<T>(members: readonly T[], judge: (member: T) => FormFault | null): FormFault | null {
  for (const member of members) {
    const fault = judge(member)
    if (fault !== null) return fault
  }
  return null
}

/** Whether `value` is of bounded depth and, when strict, holds no number beyond ±2^53. */
function valueFault(value: Json, path: string, strict: boolean, depth: number): FormFault | null {
  if (depth > MAX_DEPTH) return { error: 'depth', path }
  if (typeof value === 'number') return !Number.isFinite(value) || (strict && Math.abs(value) > NUMBER_BOUND) ? { error: 'number', path } : null
  if (typeof value !== 'object' || value === null) return null
  const members = Array.isArray(value) ? value : sortedNames(value).map((name) => value[name] as Json)
  return firstFault(members, (member) => valueFault(member, path, strict, depth + 1))
}

function schemaFault(schema: Json, path: string, strict: boolean, conditional: boolean, depth: number): FormFault | null {
  if (typeof schema === 'boolean') return strict ? { error: 'boolean-schema', path } : null
  if (!isObject(schema)) return { error: 'schema', path }
  if (depth > MAX_DEPTH) return { error: 'depth', path }
  const fault = firstFault(sortedNames(schema), (keyword) => keywordFault(keyword, schema[keyword] as Json, path, strict, conditional, depth))
  return fault ?? (strict ? publishingFault(schema, path, conditional) : null)
}

function keywordFault(keyword: string, value: Json, path: string, strict: boolean, conditional: boolean, depth: number): FormFault | null {
  const here = pointer(path, keyword)
  const fits = SHAPES.get(keyword)
  if (fits === undefined) return { error: 'keyword', path: here }
  if (!fits(value)) return { error: 'value', path: here }
  if (keyword === 'properties' && isObject(value)) {
    return firstFault(sortedNames(value), (name) => schemaFault(value[name] as Json, pointer(here, name), strict, conditional, depth + 1))
  }
  if (keyword === 'allOf' && Array.isArray(value)) {
    return firstFault([...value.entries()], ([index, branch]) => schemaFault(branch, pointer(here, index), strict, true, depth + 1))
  }
  if (keyword === 'items') return schemaFault(value, here, strict, conditional, depth + 1)
  if (CONDITIONS.has(keyword)) return schemaFault(value, here, strict, true, depth + 1)
  if (keyword !== 'pattern') return valueFault(value, here, strict, 1)
  try {
    checkPattern(value as string, strict)
    return null
  } catch (error) {
    if (error instanceof PatternRefused) return { error: 'pattern', path: here }
    throw error
  }
}

function publishingFault(schema: JsonObject, path: string, conditional: boolean): FormFault | null {
  const has = (keyword: string): boolean => Object.hasOwn(schema, keyword)
  const type = own(schema, 'type')
  if (Array.isArray(type)) return { error: 'type-list', path: pointer(path, 'type') }
  if (type === undefined && !conditional) return { error: 'type-missing', path }
  if (type === 'string' && !['maxLength', 'enum', 'const', 'format'].some(has)) return { error: 'length-missing', path }
  if (type === 'object' && has('properties') && !has('additionalProperties')) return { error: 'additional-properties', path }
  return !has('if') && (has('then') || has('else')) ? { error: 'if-missing', path } : null
}

/** Whether `schema` may be published as a form: the first fault, or null. */
export function checkForm(schema: Json): FormFault | null {
  return schemaFault(schema, '', true, false, 1)
}

/** Whether `schema` is made of the form keywords, so that it can be judged by: the first fault, or null. */
export function checkSchema(schema: Json): FormFault | null {
  return schemaFault(schema, '', false, false, 1)
}
