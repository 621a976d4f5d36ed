import { computed, reactive, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { Form, FormField, FormPage, Guide, Material, Text } from '../api/types'
import { bytesInWords } from '../bytesInWords'
import { legalDayOf } from '../dates'
import { say, t, type MessageKey } from '../messages'
import type { FileEntry } from '../offline/draft-record'
import type { FileRefused } from '../offline/image'
import type { Facts } from '../rules/filled.ts'
import { asked, commitmentsOf, emptied, faultsOfPage, flat, unasked, valueAt, type FieldFault, type Values } from './fields'
import { wrongByCheck } from './typed'

const worded = ['required', 'minLength', 'maxLength', 'pattern', 'format', 'enum', 'minimum', 'maximum', 'type', 'minItems', 'maxItems', 'uniqueItems', 'check', 'multipleOf']

export const today = (): string => legalDayOf(new Date())

/** Why a file was not taken, in words. */
export function wordsForFile({ reason, size, limit }: FileRefused): string {
  if (reason === 'too-large') return t('file.too_large', { size: bytesInWords(size), limit: bytesInWords(limit) })
  if (reason === 'pixels') return t('file.pixels', { size: Math.round(size / 1_000_000), limit: Math.round(limit / 1_000_000) })
  return t(({ unreadable: 'file.unreadable', empty: 'file.empty', pdf: 'file.no_pdf', 'pdf-damaged': 'file.pdf_damaged', 'pdf-locked': 'file.pdf_locked' } as const)[reason])
}

/** Whether a material may be sent later, on a promise (容缺后补). */
export const mayComeLater = (one: Material, guide: Guide | null): boolean => Boolean(guide?.tolerant_acceptance) && one.necessity === 'tolerant' && (one.handover === 'upload' || one.handover === 'share')

/** What is being filled in, wherever it is kept. */
export interface Filled {
  guide: ShallowRef<Guide | null>
  form: ShallowRef<Form | null>
  /** Which shared materials the registers hold, by key; null until they were asked. */
  found: ShallowRef<ReadonlyMap<string, boolean> | null>
  values: () => Values
  files: () => Readonly<Record<string, readonly FileEntry[]>>
  /** What is known of the applicant and must be said in these words. */
  facts: () => Facts
  /** The materials that the server asked for although they are shared. */
  refused: () => readonly string[]
  /** Whether a question about what is known is at fault when it is empty. */
  needsKnown: (field: FormField) => boolean
}

export interface Judging {
  pages: ComputedRef<FormPage[]>
  faults: ShallowRef<FieldFault[]>
  /** In words, by path. */
  errors: ComputedRef<Record<string, string>>
  fileErrors: Record<string, string>
  /** Judges one page and shows what is wrong. @returns whether nothing is */
  check: (index: number) => boolean
  /** Judges a number as its field is left. */
  leave: (field: FormField, path: string) => void
  forget: (path: string) => void
  clear: () => void
}

/** What is wrong with a form that is being filled in, and which pages it has: the same wherever the answers are kept. */
export function useJudging(filled: Filled): Judging {
  const faults = shallowRef<FieldFault[]>([])
  const fileErrors = reactive<Record<string, string>>({})
  /** What is wrong with a number, seen as its field was left, by its path. */
  const left = reactive<Record<string, string>>({})

  /** What no register holds although it is required, or the server could not find, is asked for as a picture. */
  const wanting = computed(() => {
    const shown = new Set(flat(filled.form.value?.layout.pages.flatMap((page) => page.fields) ?? []).map((field) => field.material))
    const lacks = (key: string): boolean => filled.found.value?.get(key) === false
    return (filled.guide.value?.materials ?? []).filter((one) => one.handover === 'share' && !shown.has(one.key) && (filled.refused().includes(one.key) || (lacks(one.key) && (one.necessity === 'required' || mayComeLater(one, filled.guide.value)))))
  })

  const wantingWords = (one: Material): Text => {
    const words = t(mayComeLater(one, filled.guide.value) ? 'form.wanting.later' : 'form.wanting')
    return { zh: words, en: words }
  }

  /** The pages of the form; the last one also asks for what is wanting. */
  const pages = computed<FormPage[]>(() => {
    const own = filled.form.value?.layout.pages ?? []
    const more = wanting.value.map((one): FormField => ({
      pointer: `/files/${one.key}`, label: one.name, hint: wantingWords(one), control: 'file', material: one.key,
      example: null, options: null, known: null, check: null, errors: {}, when: null, fields: [], row_name: null,
    }))
    return own.map((page, index) => (index === own.length - 1 ? { ...page, fields: [...page.fields, ...more] } : page))
  })

  /** The words for a broken keyword: the layout's own, or the general ones. */
  function wordsFor(fault: FieldFault): string {
    const own = say(fault.field.errors?.[fault.keyword])
    if (own) return own
    const exact = fault.keyword === 'check' ? wrongByCheck(fault.field, valueAt(filled.values(), fault.path), today()) : ''
    if (exact) return exact
    if (fault.field.control === 'checkbox') return t('fault.tick')
    if (fault.field.control === 'number' && fault.keyword === 'type') return t('fault.number')
    return t((worded.includes(fault.keyword) ? `fault.${fault.keyword}` : 'fault.other') as MessageKey)
  }

  const errors = computed<Record<string, string>>(() => ({
    ...left,
    ...Object.fromEntries(faults.value.map((fault) => [fault.path, wordsFor(fault)])),
    ...Object.fromEntries(flat(pages.value.flatMap((page) => page.fields)).filter((field) => field.material && fileErrors[field.material]).map((field) => [field.pointer, fileErrors[field.material ?? ''] ?? ''])),
  }))

  function forgetLeft(): void {
    for (const path of Object.keys(left)) delete left[path]
  }

  function check(index: number): boolean {
    const page = pages.value[index]
    if (!page || !filled.form.value || !filled.guide.value) return false
    const counts = Object.fromEntries(Object.entries(filled.files()).map(([material, entries]) => [material, entries.length]))
    const by = { today: today(), facts: filled.facts(), commitments: commitmentsOf(filled.guide.value) }
    const wrong = faultsOfPage(page, filled.form.value, filled.values(), counts, filled.guide.value, by, true)
    faults.value = wrong.filter(({ field, keyword, scope }) => keyword !== 'required' || !field.known || scope !== '' || filled.needsKnown(field))
    forgetLeft()
    return faults.value.length === 0
  }

  function leave(field: FormField, path: string): void {
    if (faults.value.some((fault) => fault.path === path)) return
    const wrong = wrongByCheck(field, valueAt(filled.values(), path), today())
    if (wrong) left[path] = say(field.errors?.check) || wrong
    else delete left[path]
  }

  function forget(path: string): void {
    faults.value = faults.value.filter((fault) => fault.path !== path && !fault.path.startsWith(`${path}/`))
    for (const one of Object.keys(left)) if (one === path || one.startsWith(`${path}/`)) delete left[one]
  }

  function clear(): void {
    faults.value = []
    forgetLeft()
  }

  return { pages, faults, errors, fileErrors, check, leave, forget, clear }
}

/** Takes away answers to questions that are not asked, one by one: one that goes may take others with it. */
export async function takeUnasked(pages: readonly FormPage[], values: () => Values, remove: (path: string) => unknown): Promise<void> {
  const fields = pages.flatMap((page) => page.fields)
  for (let [path] = unasked(fields, values()); path; [path] = unasked(fields, values())) await remove(emptied(values(), path))
}

/** The materials that pictures are asked for. */
export const askedMaterials = (pages: readonly FormPage[], values: Values): Set<string | null> =>
  new Set(asked(pages.flatMap((page) => page.fields), values).map(({ field }) => field.material))
