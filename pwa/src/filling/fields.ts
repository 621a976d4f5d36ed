import type { Form, FormField, FormPage, Guide } from '../api/types'
import { legalDay } from '../dates'
import { say, t } from '../messages'
import { holds, judgeFilled, memberAt, type Circumstances, type Known } from '../rules/filled.ts'
import { isObject, type Json, type JsonObject } from '../rules/json.ts'

export type Values = Readonly<Record<string, unknown>>
export type Fault = { path: string; keyword: string }

/** A field where it stands: `scope` is the row it is in, or empty, and `path` where its value is in the instance. */
export interface Placed {
  field: FormField
  scope: string
  path: string
}

/** A field to mend, and the keyword it breaks (`required` when it is empty). */
export interface FieldFault extends Placed {
  keyword: string
}

/** The value at a path of the instance, through rows too; undefined when there is none. */
export function valueAt(values: unknown, path: string): unknown {
  let here: unknown = values
  for (const step of path.split('/').slice(1)) {
    // Vue sees who looks for what is not there by `in` only; without it, an answer put in later is not shown.
    if (typeof here !== 'object' || here === null || !(step in here) || !Object.hasOwn(here, step)) return undefined
    here = (here as Record<string, unknown>)[step]
  }
  return here
}

/** The fields of a form or row and those in their groups, in order; a group gives those inside it, not itself. */
export const flat = (fields: readonly FormField[]): FormField[] => fields.flatMap((field) => (field.control === 'group' ? flat(field.fields ?? []) : [field]))

/** The rows of a repeated part. */
export const rowsAt = (values: Values, path: string): Json[] => {
  const rows = valueAt(values, path)
  return Array.isArray(rows) ? (rows as Json[]) : []
}

/** The fields in sight at a scope, groups as they are. */
export const inSight = (fields: readonly FormField[], values: Values, scope = ''): FormField[] => fields.filter((field) => holds(field.when, valueAt(values, scope) as Json))

/** Every question that is asked, in order: those in groups, and those of each row after the repeated part itself. */
export function asked(fields: readonly FormField[], values: Values, scope = ''): Placed[] {
  return inSight(fields, values, scope).flatMap((field): Placed[] => {
    if (field.control === 'group') return asked(field.fields ?? [], values, scope)
    const placed = { field, scope, path: scope + field.pointer }
    if (field.control !== 'rows') return [placed]
    return [placed, ...rowsAt(values, placed.path).flatMap((_, index) => asked(field.fields ?? [], values, `${placed.path}/${index}`))]
  })
}

/** Answers to questions that are not asked, by their paths. */
export function unasked(fields: readonly FormField[], values: Values, scope = '', shown = true): string[] {
  return fields.flatMap((field): string[] => {
    const active = shown && holds(field.when, valueAt(values, scope) as Json)
    if (field.control === 'group') return unasked(field.fields ?? [], values, scope, active)
    const path = scope + field.pointer
    if (field.control === 'file' || valueAt(values, path) === undefined) return []
    if (!active) return [path]
    return field.control === 'rows' ? rowsAt(values, path).flatMap((_, index) => unasked(field.fields ?? [], values, `${path}/${index}`)) : []
  })
}

/** The schema of the value at a path. */
export function schemaAt(schema: unknown, path: string): JsonObject {
  let here: unknown = schema
  for (const step of path.split('/').slice(1)) {
    if (!isObject(here)) return {}
    here = isObject(here.properties) && Object.hasOwn(here.properties, step) ? here.properties[step] : here.items
  }
  return isObject(here) ? here : {}
}

/** How many rows a repeated part takes. */
export function rowBounds(schema: unknown, path: string): { least: number; most: number } {
  const { minItems, maxItems } = schemaAt(schema, path)
  return { least: typeof minItems === 'number' ? minItems : 0, most: typeof maxItems === 'number' ? maxItems : 50 }
}

/** What to take away so that a cleared answer leaves no empty object behind that would ask for its other members. */
export function emptied(values: Values, path: string): string {
  const cut = path.lastIndexOf('/')
  const [parent, name] = [path.slice(0, cut), path.slice(cut + 1)]
  const holder = valueAt(values, parent)
  if (parent === '' || /\/\d+$/.test(parent) || !isObject(holder) || Object.keys(holder).some((key) => key !== name)) return path
  return emptied(values, parent)
}

/** The materials that a form makes the applicant commit to. */
export const commitmentsOf = (guide: Pick<Guide, 'materials'>): string[] => guide.materials.filter((one) => one.handover === 'commitment' && one.necessity === 'required').map((one) => one.key)

/** The errors of the instance; of an object that is missing whole, those of its questions. */
function errorsOf(form: Pick<Form, 'schema' | 'layout'>, values: Values, placed: readonly Placed[], by: Circumstances): Fault[] {
  let instance = values as JsonObject
  for (let depth = 0; depth < 8; depth++) {
    const faults = judgeFilled(form.schema as Json, form.layout, instance, by)
    const missing = faults.filter((fault) => fault.keyword === 'required' && placed.some((one) => one.path.startsWith(`${fault.path}/`) && valueAt(instance, fault.path) === undefined))
    if (missing.length === 0) return faults
    instance = structuredClone(instance)
    for (const { path } of missing) {
      const cut = path.lastIndexOf('/')
      const holder = cut === 0 ? instance : memberOfInstance(instance, path.slice(0, cut))
      if (isObject(holder)) holder[path.slice(cut + 1)] = {}
    }
  }
  return []
}
const memberOfInstance = (instance: JsonObject, path: string): unknown => valueAt(instance, path)

/**
 * What is wrong with one page, in the order of its fields, one fault a field. Pure.
 * @param files how many pictures each material has
 * @param knownMissing whether the fields that the account fills are judged too; before signing in they cannot be
 */
export function faultsOfPage(
  page: Pick<FormPage, 'fields'>,
  form: Pick<Form, 'schema' | 'layout'>,
  values: Values,
  files: Readonly<Record<string, number>>,
  guide: Pick<Guide, 'materials'>,
  by: Circumstances,
  knownMissing: boolean,
): FieldFault[] {
  const placed = asked(page.fields, values)
  const faults = errorsOf(form, values, placed, by)
  const wrong: FieldFault[] = []
  for (const one of placed) {
    const { field, path, scope } = one
    if (field.control === 'file') {
      const material = guide.materials.find((each) => each.key === field.material)
      if (material?.necessity === 'required' && !files[material.key]) wrong.push({ ...one, keyword: 'required' })
      continue
    }
    const fault = faults.find((each) => each.path === path && each.keyword !== 'when')
    if (fault && (fault.keyword !== 'required' || !field.known || scope !== '' || knownMissing)) wrong.push({ ...one, keyword: fault.keyword })
  }
  return wrong
}

/** What a person reads for a value: the option's words, a day, yes or no, or the text itself. */
export function valueInWords(field: FormField, value: unknown): string {
  if (value === undefined || value === null || value === '') return ''
  if (field.control === 'rows') return t('rows.count', { n: Array.isArray(value) ? value.length : 0 })
  if (Array.isArray(value)) return value.map((one) => valueInWords({ ...field, control: 'select' }, one)).join(t('list.comma'))
  if (typeof value === 'boolean') return t(value ? 'field.yes' : 'field.no')
  if (field.control === 'date' && typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return legalDay(value, { weekday: false, year: true })
  const option = field.options?.find((one) => one.value === value)
  return option ? say(option.label) : String(value)
}

/** How a row is called: what it is, its number, and the first thing said in it. */
export function rowName(field: FormField, row: Json | undefined, index: number): string {
  const first = flat(field.fields ?? []).find((one) => one.control === 'text' || one.control === 'textarea')
  const said = first && isObject(row) ? memberAt(row, first.pointer) : undefined
  const name = t('rows.name', { name: say(field.row_name) || say(field.label), n: index + 1 })
  return typeof said === 'string' && said.trim() ? t('rows.named', { name, said: said.trim() }) : name
}

/** A field's own name and, in a repeated part, that of the row it is in. */
export function labelOf({ field, scope }: Placed, fields: readonly FormField[]): string {
  const label = say(field.label).replace(/[？?]$/, '')
  const rows = flat(fields).find((one) => one.control === 'rows' && scope.startsWith(`${one.pointer}/`))
  return rows ? t('rows.field', { row: t('rows.name', { name: say(rows.row_name) || say(rows.label), n: Number(scope.split('/').at(-1)) + 1 }), label }) : label
}

/** A control's id on the page, by where its value is. */
export const idOf = (path: string): string => `field${path.replaceAll(/[^A-Za-z0-9]+/g, '-')}`

/** Whether a field shows what is known and takes nothing else: until the account has said, and where it knows. */
export const isKnown = (field: FormField, scope: string, facts: Partial<Record<Known, string | null>> | null): boolean =>
  Boolean(field.known) && scope === '' && (facts === null || Boolean(facts[field.known as Known]))
