import type { Form, FormField, FormPage, Guide } from '../api/types'
import { say } from '../messages'
import type { Json } from '../rules/json.ts'

export type Values = Readonly<Record<string, unknown>>
export type Fault = { path: string; keyword: string }
/** The validator of the pinned schema, such as `validateForm` of the rules. */
export type Validate = (schema: Json, value: Json) => readonly Fault[]

/** A field to mend: its control, and the keyword of the schema it breaks (`required` when it is empty). */
export interface FieldFault {
  field: FormField
  keyword: string
}

/** The value at a JSON Pointer; undefined when there is none. */
export function valueAt(values: Values, pointer: string): unknown {
  let at: unknown = values
  for (const step of pointer.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return at
}

/** Whether the field takes part, by the answer it depends on. */
export const isActive = (field: FormField, values: Values): boolean => !field.when || valueAt(values, field.when.pointer) === field.when.equals

/** The fields of a page that take part. */
export const activeFields = (page: FormPage, values: Values): FormField[] => page.fields.filter((field) => isActive(field, values))

/**
 * Names of the top-level properties that the schema demands for these values, its conditions included. The validator reports a
 * missing property at its object, so that the field has to be found out here.
 */
export function requiredNames(schema: Record<string, unknown>, values: Values, validate: Validate): Set<string> {
  const names = new Set<string>(Array.isArray(schema.required) ? (schema.required as string[]) : [])
  const branches = [schema, ...(Array.isArray(schema.allOf) ? (schema.allOf as Record<string, unknown>[]) : [])]
  for (const branch of branches) {
    if (branch !== schema && Array.isArray(branch.required)) for (const name of branch.required as string[]) names.add(name)
    if (typeof branch.if !== 'object' || branch.if === null) continue
    const holds = validate(branch.if as Json, values as Json).length === 0
    const consequence = holds ? branch.then : branch.else
    if (typeof consequence === 'object' && consequence !== null) {
      for (const name of requiredNames(consequence as Record<string, unknown>, values, validate)) names.add(name)
    }
  }
  return names
}

/**
 * What is wrong with one page, in the order of its fields, one fault a field. Pure.
 * @param files how many pictures each material has
 * @param knownMissing whether the fields that the account fills are judged too; before signing in they cannot be
 */
export function faultsOfPage(
  page: FormPage,
  form: Form,
  values: Values,
  files: Readonly<Record<string, number>>,
  guide: Pick<Guide, 'materials'>,
  validate: Validate,
  knownMissing: boolean,
): FieldFault[] {
  const faults = validate(form.schema as Json, values as Json)
  const required = requiredNames(form.schema, values, validate)
  const wrong: FieldFault[] = []
  for (const field of activeFields(page, values)) {
    const value = valueAt(values, field.pointer)
    if (field.control === 'file') {
      const material = guide.materials.find((one) => one.key === field.material)
      if (material?.necessity === 'required' && !files[material.key]) wrong.push({ field, keyword: 'required' })
    } else if (value === undefined || value === '') {
      const demanded = required.has(field.pointer.slice(1)) || field.when !== null
      if (demanded && (field.known === null || knownMissing)) wrong.push({ field, keyword: 'required' })
    } else {
      const fault = faults.find((one) => one.path === field.pointer)
      if (fault) wrong.push({ field, keyword: fault.keyword })
    }
  }
  return wrong
}

/** What a person reads for a value: the option's words, or the text itself. */
export function valueInWords(field: FormField, value: unknown): string {
  if (value === undefined || value === null || value === '') return ''
  const option = field.options?.find((one) => one.value === value)
  return option ? say(option.label) : String(value)
}

/** A control's id on the page. */
export const idOf = (field: FormField): string => `field${field.pointer.replaceAll(/[^A-Za-z0-9]+/g, '-')}`
