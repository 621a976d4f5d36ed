import type { Bundle, Department, Directory, ItemSummary } from './api/types'
import { useResource, type Resource } from './resource'

/** The ways into the catalogue: topics, life events, bundles, departments and places. */
export const useDirectory = (): Resource<Directory> => useResource<Directory>('/directory')

/** The everyday first, then what can be filed before what can only be read, then by key: as search puts equals. Pure. */
export const everydayFirst = (items: readonly ItemSummary[]): ItemSummary[] =>
  [...items].sort((left, right) => right.everyday - left.everyday || Number(right.fillable) - Number(left.fillable) || (left.key < right.key ? -1 : 1))

/** Whether the whole matter is done on the phone: filed there, and nowhere to go. Pure. */
export const isOnline = (item: ItemSummary): boolean => item.fillable && item.visits === 0

/** A department and all below it, by code. Pure. */
export function codesUnder(department: Department, all: readonly Department[]): Set<string> {
  const keys = new Set([department.key])
  const codes = new Set([department.code])
  for (let grown = true; grown; ) {
    const below = all.filter((each) => each.parent !== null && keys.has(each.parent) && !keys.has(each.key))
    for (const each of below) {
      keys.add(each.key)
      codes.add(each.code)
    }
    grown = below.length > 0
  }
  return codes
}

/** The items that a department or one below it answers for. Pure. */
export function itemsOf(department: Department, all: readonly Department[], items: readonly ItemSummary[]): ItemSummary[] {
  const codes = codesUnder(department, all)
  return everydayFirst(items.filter((item) => codes.has(item.department.code) || item.offices.some((office) => codes.has(office.department.code))))
}

/** What a list of items is narrowed to; every member is a parameter of the address, empty for anything. */
export interface Filters {
  topic: string
  audience: '' | 'person' | 'organisation'
  department: string
  tier: string
  errand: string
  online: boolean
}

/** Reads filters from an address. Pure. */
export function filtersFrom(query: Record<string, unknown>): Filters {
  const text = (name: string): string => (typeof query[name] === 'string' ? query[name] : '')
  const audience = text('audience')
  return {
    topic: text('topic'),
    audience: audience === 'person' || audience === 'organisation' ? audience : '',
    department: text('department'),
    tier: text('tier'),
    errand: text('errand'),
    online: text('online') === 'yes',
  }
}

/** The parameters of an address for filters. Pure. */
export function addressOf(filters: Filters): Record<string, string> {
  const named = Object.entries({ ...filters, online: filters.online ? 'yes' : '' })
  return Object.fromEntries(named.filter(([, value]) => value !== ''))
}

/** The items that filters leave, the everyday first. Pure. */
export function narrowed(items: readonly ItemSummary[], filters: Filters, departments: readonly Department[]): ItemSummary[] {
  const department = departments.find((each) => each.key === filters.department)
  const kept = department ? itemsOf(department, departments, items) : everydayFirst(items)
  return kept.filter(
    (item) =>
      (!filters.topic || item.topic === filters.topic || item.corporate_topic === filters.topic) &&
      (!filters.audience || item.service_objects.some((each) => (each === '1') === (filters.audience === 'person'))) &&
      (!filters.tier || item.use_level === filters.tier) &&
      (!filters.errand || item.errand === filters.errand) &&
      (!filters.online || isOnline(item)),
  )
}

/** The members of a bundle that must be done before one of them. Pure. */
export const predecessors = (bundle: Bundle, key: string): string[] => (bundle.order ?? []).flatMap(([first, then]) => (then === key && first ? [first] : []))

/** The members of a bundle, each after what must go first, otherwise as the pack lists them; a circle is left as listed. Pure. */
export function inOrder(bundle: Bundle): string[] {
  const left = [...bundle.members]
  const done: string[] = []
  while (left.length) {
    const ready = left.findIndex((key) => !predecessors(bundle, key).some((before) => left.includes(before)))
    done.push(...left.splice(Math.max(0, ready), 1))
  }
  return done
}
