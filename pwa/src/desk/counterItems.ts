import type { Department, ItemList, ItemSummary } from '../api/types'
import { codesUnder, everydayFirst } from '../directory'

/** The items that a clerk of a department may enter: those with a form that it or one below it handles. Pure. */
export function enterable(code: string, departments: readonly Department[], list: ItemList): ItemSummary[] {
  const own = departments.find((each) => each.code === code)
  const codes = own ? codesUnder(own, departments) : new Set<string>()
  return everydayFirst(list.items.filter((item) => item.fillable && item.offices.some((office) => codes.has(office.department.code))))
}

/** Whom an item serves. Pure. */
export function kindsOf(item: ItemSummary): ('person' | 'organisation')[] {
  const persons = item.service_objects.includes('1')
  const organisations = item.service_objects.some((each) => each !== '1')
  return [...(persons ? (['person'] as const) : []), ...(organisations ? (['organisation'] as const) : [])]
}
