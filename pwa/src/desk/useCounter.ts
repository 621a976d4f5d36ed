import { computed, reactive, ref, shallowRef } from 'vue'
import { fetchBytes } from '../api/bytes'
import { ApiError, get, request } from '../api/client'
import type { CounterDraft, CounterFile, CounterFiling, Receipt, Visit } from '../api/schema'
import type { Form, FormField, Guide } from '../api/types'
import { emptied, flat } from '../filling/fields'
import { askedMaterials, mayComeLater, takeUnasked, useJudging, wordsForFile } from '../filling/judging'
import { t } from '../messages'
import { placed, type FileEntry } from '../offline/draft-record'
import { limitsOf } from '../fileLimits'
import { attachAll, preparing as prepared } from '../filling/attaching'
import { fileEntry } from '../offline/files'
import { FileRefused } from '../offline/image'
import { writePointer, type Json, type JsonObject } from '../offline/json-pointer'
import type { Facts, Known } from '../rules/filled.ts'

const findings = (visit: Visit): ReadonlyMap<string, boolean> => new Map(visit.materials.map((one) => [one.key, one.found]))

/** Why a paper was not taken, in words. */
function wordsFor(error: unknown): string {
  if (error instanceof FileRefused) return wordsForFile(error)
  if (error instanceof ApiError && error.status === 401) return t('desk.signed_out')
  return error instanceof ApiError && error.problem ? error.problem.detail : t('counter.file.failed')
}

/**
 * Filling in somebody's form at the counter. The answers are in this page only and go with it: nothing of an applicant
 * stays on the office's machine. What the registers know is shown masked and never leaves the server.
 * @param draft what the applicant had filled in on their phone
 */
export function useCounter(opened: Visit, draft: CounterDraft | null = null) {
  const visit = shallowRef(opened)
  /** The server keeps a visit for two hours; what was typed stays here, and goes on under a new one. */
  const ended = ref(false)
  const guide = shallowRef<Guide | null>(null)
  const form = shallowRef<Form | null>(null)
  const found = shallowRef<ReadonlyMap<string, boolean> | null>(findings(opened))
  const values = shallowRef<JsonObject>((draft?.values ?? {}) as JsonObject)
  const files = shallowRef<Record<string, FileEntry[]>>(draft?.files ?? {})
  const photos = new Map<string, Blob>()
  const rowIds = reactive<Record<string, string[]>>({})
  const refused = ref<string[]>([])
  const preparing = ref<string | null>(null)
  const facts = computed<Facts>(() => ({ ...visit.value.facts }))
  const promised = ref(false)
  const byPerson = ref(false)
  /** A record of the applicant's forbids to promise. */
  const promiseClosed = ref(false)
  /** The same application is sent under the same key, however often; a changed one is another. */
  let sent = { body: '', key: '' }

  const isKnown = (field: FormField): boolean => Boolean(field.known && visit.value.facts[field.known as Known])
  const judging = useJudging({
    guide,
    form,
    found,
    values: () => values.value,
    files: () => files.value,
    facts: () => ({}),
    refused: () => refused.value,
    needsKnown: (field) => !isKnown(field),
  })

  /** What may come later and is not there, as far as the registers and the server have said. */
  const later = computed(() =>
    (guide.value?.materials ?? []).filter((one) => mayComeLater(one, guide.value) && !files.value[one.key]?.length && (one.handover === 'upload' || refused.value.includes(one.key) || found.value?.get(one.key) === false)))

  /** The answers with what is known, masked, where it will stand. */
  const shown = computed(() => {
    const whole = structuredClone(values.value)
    for (const field of flat(form.value?.layout.pages.flatMap((page) => page.fields) ?? [])) {
      const fact = field.known && visit.value.facts[field.known as Known]
      if (fact) writePointer(whole, field.pointer, fact)
    }
    return whole
  })

  async function load(): Promise<void> {
    const current = await get<Guide>(`/items/${encodeURIComponent(visit.value.item)}`)
    form.value = await get<Form>(`/forms/${current.form_hash}`)
    guide.value = current
  }

  function put(path: string, value: Json | undefined): void {
    const next = structuredClone(values.value)
    writePointer(next, value === undefined ? emptied(next, path) : path, value)
    values.value = next
  }

  function set(path: string, value: Json | undefined): void {
    put(path, value)
    judging.forget(path)
  }

  function setRows(path: string, rows: Json[], ids: string[]): void {
    rowIds[path] = ids
    set(path, rows.length > 0 ? rows : undefined)
  }

  function note(error: unknown): void {
    if (error instanceof ApiError && error.status === 404) ended.value = true
  }

  /** Goes on under another visit of the same applicant, whose papers lie under the same key. */
  function renew(next: Visit): void {
    visit.value = next
    found.value = findings(next)
    ended.value = false
    sent = { body: '', key: '' }
  }

  /** Sends a paper at once, in the place of another if one is named. */
  async function take(material: string, file: File, prepare: (file: Blob) => Promise<Blob>, instead?: string): Promise<void> {
    const photo = await prepare(file)
    const entry = await fileEntry(file.name, photo, await photo.arrayBuffer())
    const { blob } = await fetchBytes('POST', `/desk/counter/visits/${visit.value.id}/files`, photo)
    const { sha256 } = JSON.parse(await blob.text()) as CounterFile
    photos.set(sha256, photo)
    files.value = { ...files.value, [material]: placed(files.value[material] ?? [], { ...entry, sha256 }, instead) }
    judging.faults.value = judging.faults.value.filter((fault) => fault.field.material !== material)
  }

  async function attach(material: string, chosen: readonly File[], instead?: string): Promise<void> {
    preparing.value = material
    delete judging.fileErrors[material]
    const limits = limitsOf(guide.value?.materials.find((one) => one.key === material))
    try {
      const there = instead === undefined ? (files.value[material] ?? []) : []
      const said = await attachAll(chosen, there, instead === undefined ? limits : { ...limits, files: 1 }, (file, old) => take(material, file, prepared(limits), instead ?? old), (error) => {
        note(error)
        return wordsFor(error)
      })
      if (said) judging.fileErrors[material] = said
    } finally {
      preparing.value = null
    }
  }

  function detach(material: string, sha256: string): void {
    files.value = { ...files.value, [material]: (files.value[material] ?? []).filter((one) => one.sha256 !== sha256) }
  }

  /** Sends the application. Raises ApiError; a material that is wanted after all is asked for on the last page then. */
  async function submit(): Promise<Receipt> {
    await takeUnasked(judging.pages.value, () => values.value, (path) => put(path, undefined))
    const wanted = askedMaterials(judging.pages.value, values.value)
    const named = Object.entries(files.value).filter(([material, entries]) => wanted.has(material) && entries.length > 0)
    const body: CounterFiling = {
      guide_hash: guide.value?.hash ?? '',
      form_hash: form.value?.hash ?? '',
      values: values.value,
      files: Object.fromEntries(named.map(([material, entries]) => [material, entries.map((one) => one.sha256)])),
      // Nothing is promised that is there.
      promise: promised.value && later.value.length > 0,
      by_person: byPerson.value,
    }
    const text = JSON.stringify(body)
    if (text !== sent.body) sent = { body: text, key: crypto.randomUUID() }
    try {
      return (await request<Receipt>('POST', `/desk/counter/visits/${visit.value.id}/cases`, { body, headers: { 'Idempotency-Key': sent.key } })).value
    } catch (error) {
      note(error)
      if (error instanceof ApiError && error.code === 'material-missing') {
        refused.value = error.problem?.materials as string[]
        promiseClosed.value = error.problem?.promise === 'closed'
      }
      throw error
    }
  }

  return reactive({
    guide,
    form,
    pages: judging.pages,
    faults: judging.faults,
    errors: judging.errors,
    found: computed(() => visit.value.materials.filter((one) => one.found).map((one) => one.key)),
    visit,
    ended,
    later,
    promised,
    promiseClosed,
    byPerson,
    renew,
    facts,
    shown,
    files,
    rowIds,
    preparing,
    load,
    set,
    setRows,
    attach,
    replace: (material: string, sha256: string, file: File) => attach(material, [file], sha256),
    /** Takes back that a file was removed. */
    restore: (material: string, file: File) => take(material, file, async (bytes) => bytes).catch((error: unknown) => void (judging.fileErrors[material] = wordsFor(error))),
    detach,
    submit,
    check: judging.check,
    leave: judging.leave,
    clearFaults: judging.clear,
    picture: async (entry: FileEntry): Promise<Blob | string> => {
      const kept = photos.get(entry.sha256)
      if (kept || !draft) return kept ?? ''
      // A picture that is not to be had now is shown by its name.
      return (await fetchBytes('GET', `/desk/counter/visits/${opened.id}/files/${entry.sha256}`).catch(() => null))?.blob ?? ''
    },
  })
}
