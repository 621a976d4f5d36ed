import { computed, onUnmounted, reactive, ref, shallowRef, watch } from 'vue'
import { acting } from '../acting'
import { fetchBytes } from '../api/bytes'
import type { ApplicantData, Form, FormField, FormPage, Guide } from '../api/types'
import { legalDayOf, moment } from '../dates'
import { say, t, type MessageKey } from '../messages'
import { cachedGet } from '../offline/cached'
import { openDraft, type DraftHandle } from '../offline/drafts'
import { readFile } from '../offline/files'
import { MAX_BYTES, PhotoRefused, preparePhoto } from '../offline/image'
import type { FileEntry } from '../offline/draft-record'
import { submit } from '../offline/outbox'
import type { Facts, Known } from '../rules/filled.ts'
import type { Json } from '../rules/json.ts'
import { session } from '../session'
import { bytesInWords } from '../bytesInWords'
import { asked, commitmentsOf, emptied, faultsOfPage, flat, unasked, valueAt, type FieldFault } from './fields'
import { readKnown } from './knownMaterials'
import { wrongByCheck } from './typed'

const worded = ['required', 'minLength', 'maxLength', 'pattern', 'format', 'enum', 'minimum', 'maximum', 'type', 'minItems', 'maxItems', 'uniqueItems', 'check', 'multipleOf']

function wordsForPhoto({ reason, size, limit }: PhotoRefused): string {
  if (reason === 'too-large') return t('file.too_large', { size: bytesInWords(size), limit: bytesInWords(limit) })
  return t(reason === 'empty' ? 'file.empty' : 'file.unreadable')
}

/**
 * Filling in one item's form: its guide and pinned form, the draft on this phone, what the account knows, and what is wrong.
 * Every change is on the phone before the call that made it resolves. Must be called in a component's setup.
 */
export function useFilling(item: string) {
  const guide = shallowRef<Guide | null>(null)
  const form = shallowRef<Form | null>(null)
  const handle = shallowRef<DraftHandle | null>(null)
  const faults = shallowRef<FieldFault[]>([])
  const fileErrors = reactive<Record<string, string>>({})
  /** What is wrong with a number, seen as its field was left, by its path. */
  const left = reactive<Record<string, string>>({})
  /** What the rows of each repeated part are called, beside their values: a row stays itself wherever it moves. */
  const rowIds = reactive<Record<string, string[]>>({})
  /** What the account knows of the applicant; null until it has said. */
  const facts = shallowRef<Facts | null>(null)
  /** Which shared materials the registers hold, by key; null until they were asked. */
  const found = shallowRef<ReadonlyMap<string, boolean> | null>(null)
  const failed = ref(false)
  const preparing = ref<string | null>(null)
  let knownIn = Promise.resolve()

  async function start(): Promise<void> {
    failed.value = false
    try {
      const current = (await cachedGet<Guide>(`/items/${encodeURIComponent(item)}`)).value
      handle.value?.close()
      const opened = await openDraft(item, current)
      // A draft keeps the form it was begun with, whatever is published since.
      form.value = (await cachedGet<Form>(`/forms/${opened.state.formHash}`)).value
      guide.value = current
      handle.value = opened
      knownIn = fillKnown()
      await knownIn
    } catch {
      failed.value = true
    }
  }

  /** Puts in what is known of the applicant already, so that nobody types it again. */
  async function fillKnown(): Promise<void> {
    if (!session.account?.identified || !handle.value || !form.value || handle.value.state.submission) return
    const [me, materials] = await Promise.all([
      cachedGet<ApplicantData>('/me/applicant').then(({ value }) => value, () => null),
      readKnown(item).catch(() => null),
    ])
    found.value = materials
    if (!me) return
    const said: Record<Known, string | null> = me
    facts.value = said
    for (const field of flat(form.value.layout.pages.flatMap((page) => page.fields))) {
      const known = field.known && said[field.known]
      if (known && valueAt(handle.value.state.values, field.pointer) !== known) await handle.value.set(field.pointer, known)
    }
  }

  const draft = computed(() => handle.value?.state ?? null)

  /** What no register holds although it is required, or the server could not find, is asked for as a picture. */
  const wanting = computed(() => {
    const refused = draft.value?.problem?.code === 'material-missing' ? (draft.value.problem.members.materials as string[]) : []
    const shown = new Set(flat(form.value?.layout.pages.flatMap((page) => page.fields) ?? []).map((field) => field.material))
    return (guide.value?.materials ?? []).filter((one) => one.handover === 'share' && !shown.has(one.key) && (refused.includes(one.key) || (one.necessity === 'required' && found.value?.get(one.key) === false)))
  })

  /** The pages of the form; the last one also asks for what is wanting. */
  const pages = computed<FormPage[]>(() => {
    const own = form.value?.layout.pages ?? []
    const more = wanting.value.map((one): FormField => ({
      pointer: `/files/${one.key}`, label: one.name, hint: { zh: t('form.wanting'), en: t('form.wanting') }, control: 'file', material: one.key,
      example: null, options: null, known: null, check: null, errors: {}, when: null, fields: [], row_name: null,
    }))
    return own.map((page, index) => (index === own.length - 1 ? { ...page, fields: [...page.fields, ...more] } : page))
  })

  /** The words for a broken keyword: the layout's own, or the general ones. */
  function wordsFor(fault: FieldFault): string {
    const own = say(fault.field.errors?.[fault.keyword])
    if (own) return own
    const exact = fault.keyword === 'check' ? wrongByCheck(fault.field, valueAt(draft.value?.values, fault.path), today()) : ''
    if (exact) return exact
    if (fault.field.control === 'checkbox') return t('fault.tick')
    if (fault.field.control === 'number' && fault.keyword === 'type') return t('fault.number')
    return t((worded.includes(fault.keyword) ? `fault.${fault.keyword}` : 'fault.other') as MessageKey)
  }
  const today = (): string => legalDayOf(new Date())

  const errors = computed<Record<string, string>>(() => ({
    ...left,
    ...Object.fromEntries(faults.value.map((fault) => [fault.path, wordsFor(fault)])),
    ...Object.fromEntries(flat(pages.value.flatMap((page) => page.fields)).filter((field) => field.material && fileErrors[field.material]).map((field) => [field.pointer, fileErrors[field.material ?? ''] ?? ''])),
  }))

  /** Judges one page and shows what is wrong. @returns whether nothing is */
  function check(index: number): boolean {
    const page = pages.value[index]
    if (!page || !form.value || !guide.value || !draft.value) return false
    const counts = Object.fromEntries(Object.entries(draft.value.files).map(([material, entries]) => [material, entries.length]))
    const by = { today: today(), facts: facts.value ?? {}, commitments: commitmentsOf(guide.value) }
    faults.value = faultsOfPage(page, form.value, draft.value.values, counts, guide.value, by, session.account?.identified === true)
    for (const path of Object.keys(left)) delete left[path]
    return faults.value.length === 0
  }

  function forgetFaults(path: string): void {
    faults.value = faults.value.filter((fault) => fault.path !== path && !fault.path.startsWith(`${path}/`))
    for (const one of Object.keys(left)) if (one === path || one.startsWith(`${path}/`)) delete left[one]
  }

  function set(path: string, value: Json | undefined): void {
    if (!handle.value) return
    void handle.value.set(value === undefined ? emptied(handle.value.state.values, path) : path, value)
    forgetFaults(path)
  }

  function setRows(path: string, rows: Json[], ids: string[]): void {
    rowIds[path] = ids
    void handle.value?.set(path, rows.length > 0 ? rows : undefined)
    forgetFaults(path)
  }

  /** Judges a number as its field is left. */
  function leave(field: FormField, path: string): void {
    if (faults.value.some((fault) => fault.path === path)) return
    const value = valueAt(draft.value?.values, path)
    const wrong = wrongByCheck(field, value, today())
    if (wrong) left[path] = say(field.errors?.check) || wrong
    else delete left[path]
  }

  /** The photo as it lies on this phone, or where the server has it. */
  async function picture(entry: FileEntry): Promise<Blob | string> {
    const kept = handle.value && (await readFile(handle.value.state.id, entry).catch(() => null))
    const address = `/files/${entry.sha256}`
    if (kept || !acting.current) return kept || `/api/v1${address}`
    // A picture's address alone does not say for whom it is asked.
    return (await fetchBytes('GET', address).catch(() => null))?.blob ?? ''
  }

  async function attach(material: string, file: File): Promise<void> {
    if (!handle.value) return
    preparing.value = material
    delete fileErrors[material]
    try {
      const before = handle.value.state.files[material] ?? []
      const wanted = guide.value?.materials.find((one) => one.key === material)
      const bytes = Math.min(wanted?.max_bytes ?? MAX_BYTES, MAX_BYTES)
      const entry = await handle.value.attach(material, file, (photo) => preparePhoto(photo, bytes))
      const limit = wanted?.max_files ?? 1
      const surplus = before.filter((one) => one.sha256 !== entry.sha256)
      // The newest picture takes the place of the oldest where only so many are wanted.
      for (const old of surplus.slice(0, Math.max(0, surplus.length + 1 - limit))) await handle.value.detach(material, old.sha256)
      faults.value = faults.value.filter((fault) => fault.field.material !== material)
    } catch (error) {
      fileErrors[material] = error instanceof PhotoRefused ? wordsForPhoto(error) : t('form.not_saved')
    } finally {
      preparing.value = null
    }
  }

  /** Clears answers and pictures that are no longer asked for, then puts the draft into the outbox. @returns the submission's id */
  async function send(): Promise<string> {
    const open = handle.value
    if (!open || !form.value) throw new Error('There is no draft to submit.')
    const fields = pages.value.flatMap((page) => page.fields)
    // One answer that goes may take others with it.
    for (let [path] = unasked(fields, open.state.values); path; [path] = unasked(fields, open.state.values)) await open.set(emptied(open.state.values, path), undefined)
    const materials = new Set(asked(fields, open.state.values).map(({ field }) => field.material))
    for (const [material, entries] of Object.entries(open.state.files)) {
      if (!materials.has(material)) for (const entry of entries) await open.detach(material, entry.sha256)
    }
    await open.settled()
    return submit(open.state.id)
  }

  const savedInWords = computed(() => {
    const state = draft.value
    if (!state?.savedAt) return ''
    return t(state.sync === 'synced' ? 'form.synced' : 'offline.saved', { time: moment(state.savedAt) })
  })

  watch(() => session.account?.identified, () => void (knownIn = fillKnown()))
  onUnmounted(() => handle.value?.close())
  void start()

  return reactive({
    guide,
    form,
    pages,
    rowIds,
    facts,
    found: computed(() => found.value && [...found.value].filter(([, there]) => there).map(([key]) => key)),
    draft,
    faults,
    errors,
    failed,
    preparing,
    savedInWords,
    start,
    check,
    set,
    setRows,
    leave,
    attach,
    picture,
    clearFaults: () => {
      faults.value = []
      for (const path of Object.keys(left)) delete left[path]
    },
    detach: (material: string, sha256: string) => void handle.value?.detach(material, sha256),
    setStep: async (step: number) => void (await handle.value?.setStep(step)),
    resolve: (choice: 'mine' | 'theirs') => void handle.value?.resolve(choice),
    discard: async () => handle.value?.discard(),
    settled: async () => handle.value?.settled(),
    /** Resolves when what the account knows has been put in: someone who has just signed in may submit at once. */
    known: () => knownIn,
    submit: send,
  })
}
