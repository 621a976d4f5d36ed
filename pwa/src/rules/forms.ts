/**
 * Judging a filled form on the phone: the same errors as jsonschema-rs gives on the server, for schemas made of the
 * form keywords (`checkSchema`). The twin is `backend/foundation/forms.py`.
 */
import { parseDay } from './days.ts'
import { patternMatcher } from './formPattern.ts'
import { compareText, isObject, own, pointer, sortedNames } from './json.ts'
import type { Json, JsonObject } from './json.ts'

/** A keyword that a value does not meet: JSON Pointer of the value (of the object, for required and its like). */
export interface FieldError { path: string; keyword: string }

/** `missing` is the name that a keyword about names asks for. */
type Report = (path: string, keyword: string, missing?: string) => void

/** Equal JSON has equal text: names in order, 2.0 as 2, −0 as 0. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (isObject(value)) return `{${sortedNames(value).map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`).join()}}`
  return JSON.stringify(value)
}

function hasType(type: Json, value: Json): boolean {
  if (Array.isArray(type)) return type.some((one) => hasType(one, value))
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  return type === 'null' ? value === null : typeof value === type
}

/** Digits and decimal exponent of the shortest text of a double: 19.99 is [1999n, -2]. */
function decimal(value: number): [bigint, number] {
  const [digits = '0', exponent = '0'] = Math.abs(value).toString().split('e')
  const [whole = '0', fraction = ''] = digits.split('.')
  return [BigInt(whole + fraction), Number(exponent) - fraction.length]
}

/** Whether `value` is a whole multiple of `step` as written in decimals: 19.99 of 0.01 is, whatever binary makes of it. */
function isMultiple(value: number, step: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(step)) return value % step === 0
  const [digits, exponent] = decimal(value)
  const [stepDigits, stepExponent] = decimal(step)
  const least = Math.min(exponent, stepExponent)
  return (digits * 10n ** BigInt(exponent - least)) % (stepDigits * 10n ** BigInt(stepExponent - least)) === 0n
}

/** RFC 3339 full-date; the year 0000 is one, and leap. */
function isDate(text: string): boolean {
  return parseDay(text.replace(/^0000(?=-)/, '2000')) !== null
}

const matchers = new WeakMap<JsonObject, (subject: string) => boolean>()

function matches(schema: JsonObject, pattern: string, value: string): boolean {
  let matcher = matchers.get(schema)
  if (matcher === undefined) matchers.set(schema, (matcher = patternMatcher(pattern)))
  return matcher(value)
}

function judgeNumber(schema: JsonObject, value: number, path: string, report: Report): void {
  const fails = (keyword: string, broken: (limit: number) => boolean): void => {
    const limit = own(schema, keyword)
    if (typeof limit === 'number' && broken(limit)) report(path, keyword)
  }
  fails('minimum', (limit) => value < limit)
  fails('maximum', (limit) => value > limit)
  fails('exclusiveMinimum', (limit) => value <= limit)
  fails('exclusiveMaximum', (limit) => value >= limit)
  fails('multipleOf', (step) => !isMultiple(value, step))
}

function judgeSize(schema: JsonObject, size: number, least: string, most: string, path: string, report: Report): void {
  const minimum = own(schema, least)
  const maximum = own(schema, most)
  if (typeof minimum === 'number' && size < minimum) report(path, least)
  if (typeof maximum === 'number' && size > maximum) report(path, most)
}

function judgeText(schema: JsonObject, value: string, path: string, report: Report): void {
  if (Object.hasOwn(schema, 'minLength') || Object.hasOwn(schema, 'maxLength')) {
    judgeSize(schema, [...value].length, 'minLength', 'maxLength', path, report)
  }
  const pattern = own(schema, 'pattern')
  if (typeof pattern === 'string' && !matches(schema, pattern, value)) report(path, 'pattern')
  if (own(schema, 'format') === 'date' && !isDate(value)) report(path, 'format')
}

function judgeList(schema: JsonObject, value: Json[], path: string, report: Report): void {
  judgeSize(schema, value.length, 'minItems', 'maxItems', path, report)
  if (own(schema, 'uniqueItems') === true && new Set(value.map(canonical)).size < value.length) report(path, 'uniqueItems')
  const items = own(schema, 'items')
  if (items !== undefined) value.forEach((member, index) => judge(items, member, pointer(path, index), report))
}

function judgeObject(schema: JsonObject, value: JsonObject, path: string, report: Report): void {
  const properties = own(schema, 'properties') as JsonObject | undefined
  const has = (name: Json): boolean => Object.hasOwn(value, name as string)
  for (const [name, member] of Object.entries(properties ?? {})) if (has(name)) judge(member, value[name] as Json, pointer(path, name), report)
  const required = (own(schema, 'required') ?? []) as string[]
  for (const name of required) if (!has(name)) report(path, 'required', name)
  const dependent = (own(schema, 'dependentRequired') ?? {}) as { [name: string]: string[] }
  for (const [name, names] of Object.entries(dependent)) {
    if (has(name)) for (const other of names) if (!has(other)) report(path, 'dependentRequired', other)
  }
  const closed = own(schema, 'additionalProperties') === false
  if (closed && Object.keys(value).some((name) => properties === undefined || !Object.hasOwn(properties, name))) report(path, 'additionalProperties')
}

function judge(schema: Json, value: Json, path: string, report: Report): void {
  if (schema === false) report(path, 'falseSchema')
  if (!isObject(schema)) return
  const type = own(schema, 'type')
  if (type !== undefined && !hasType(type, value)) report(path, 'type')
  const allowed = own(schema, 'enum')
  const text = allowed === undefined ? '' : canonical(value)
  if (Array.isArray(allowed) && !allowed.some((one) => canonical(one) === text)) report(path, 'enum')
  const fixed = own(schema, 'const')
  if (fixed !== undefined && canonical(fixed) !== canonical(value)) report(path, 'const')
  if (typeof value === 'number') judgeNumber(schema, value, path, report)
  else if (typeof value === 'string') judgeText(schema, value, path, report)
  else if (Array.isArray(value)) judgeList(schema, value, path, report)
  else if (isObject(value)) judgeObject(schema, value, path, report)
  for (const branch of (own(schema, 'allOf') ?? []) as Json[]) judge(branch, value, path, report)
  const condition = own(schema, 'if')
  if (condition === undefined) return
  let holds = true
  judge(condition, value, path, () => (holds = false))
  const branch = own(schema, holds ? 'then' : 'else')
  if (branch !== undefined) judge(branch, value, path, report)
}

function found(schema: Json, instance: Json, atFields: boolean): FieldError[] {
  const errors = new Map<string, FieldError>()
  judge(schema, instance, '', (where, leaf, missing) => {
    const [path, keyword] = atFields && missing !== undefined ? [pointer(where, missing), 'required'] : [where, leaf]
    errors.set(JSON.stringify([path, keyword]), { path, keyword })
  })
  return sortedErrors([...errors.values()])
}

/** By path, then keyword. */
export const sortedErrors = (errors: FieldError[]): FieldError[] => errors.sort((a, b) => compareText(a.path, b.path) || compareText(a.keyword, b.keyword))

/** Every leaf keyword of `schema` that `instance` does not meet, sorted by path then keyword, each once. */
export const validateForm = (schema: Json, instance: Json): FieldError[] => found(schema, instance, false)

/** As `validateForm`, for people: what is missing is told as `required` at the place where it belongs. */
export const formFaults = (schema: Json, instance: Json): FieldError[] => found(schema, instance, true)
