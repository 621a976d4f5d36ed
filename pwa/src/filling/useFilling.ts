import { computed, onUnmounted, reactive, ref, shallowRef, watch } from 'vue'
import { acting } from '../acting'
import { fetchBytes } from '../api/bytes'
import type { ApplicantData, Bundle, BundleForm, Directory, Form, FormField, Guide } from '../api/types'
import { moment } from '../dates'
import { t } from '../messages'
import { cachedGet } from '../offline/cached'
import { openDraft, type DraftHandle } from '../offline/drafts'
import { readFile } from '../offline/files'
import type { FileEntry, FilingWishes } from '../offline/draft-record'
import { submit } from '../offline/outbox'
import type { Facts, Known } from '../rules/filled.ts'
import type { Json } from '../rules/json.ts'
import { session } from '../session'
import { limitsOf } from '../fileLimits'
import { attachAll, preparing as prepared } from './attaching'
import { bundleOf, chosenItems, readBundleForm, readKnownOfBundle } from './bundleForm'
import { emptied, flat, valueAt } from './fields'
import { askedMaterials, mayComeLater, takeUnasked, useJudging } from './judging'
import { readKnown } from './knownMaterials'

/**
 * Filling in one item's form, or the one form of a bundle (its key after `bundle-`): its guide and pinned form, the draft on this phone, what the account knows, and what is wrong.
 * Every change is on the phone before the call that made it resolves. Must be called in a component's setup.
 */
export function useFilling(item: string) {
  const guide = shallowRef<Guide | null>(null)
  const form = shallowRef<Form | null>(null)
  const handle = shallowRef<DraftHandle | null>(null)
  /** What the rows of each repeated part are called, beside their values: a row stays itself wherever it moves. */
  const rowIds = reactive<Record<string, string[]>>({})
  /** What the account knows of the applicant; null until it has said. */
  const facts = shallowRef<Facts | null>(null)
  /** Which shared materials the registers hold, by key; null until they were asked. */
  const found = shallowRef<ReadonlyMap<string, boolean> | null>(null)
  const failed = ref(false)
  const preparing = ref<string | null>(null)
  let knownIn = Promise.resolve()
  /** The bundle, and the form of what is chosen of it. */
  const bundle = shallowRef<Bundle | null>(null)
  const chosenForm = shallowRef<BundleForm | null>(null)

  async function start(): Promise<void> {
    failed.value = false
    try {
      const key = bundleOf(item)
      if (key) return await startBundle(key)
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

  async function startBundle(key: string): Promise<void> {
    const [whole, directory] = await Promise.all([readBundleForm(key), cachedGet<Directory>('/directory')])
    bundle.value = directory.value.bundles.find((each) => each.key === key) ?? null
    handle.value?.close()
    const opened = await openDraft(item, whole.guide)
    show(await readChosen(opened, whole))
    // What was begun under an older guide goes on under the one in force: the fields keep their names.
    if (!opened.state.submission && opened.state.guideHash !== whole.hash && opened.state.savedAt) await opened.pin(whole.hash, whole.hash)
    handle.value = opened
    knownIn = fillKnown()
    await knownIn
  }

  async function readChosen(open: DraftHandle, whole: BundleForm | null): Promise<BundleForm> {
    const items = bundle.value ? chosenItems(bundle.value, open.state.values) : []
    const all = bundle.value?.members ?? []
    return whole && items.length === all.length && all.every((key) => items.includes(key)) ? whole : readBundleForm(bundleOf(item) ?? '', items)
  }

  function show(chosen: BundleForm): void {
    chosenForm.value = chosen
    form.value = chosen.form
    guide.value = chosen.guide
  }

  /** Puts in what is known of the applicant already, so that nobody types it again. */
  async function fillKnown(): Promise<void> {
    if (!session.account?.identified || !handle.value || !form.value || handle.value.state.submission) return
    const [me, materials] = await Promise.all([
      cachedGet<ApplicantData>('/me/applicant').then(({ value }) => value, () => null),
      (chosenForm.value ? readKnownOfBundle(chosenForm.value) : readKnown(item)).catch(() => null),
    ])
    found.value = materials
    if (!me) return
    const said: Record<Known, string | null> = me
    facts.value = said
    // All at once: whoever presses on in between must not read that what is known is missing.
    const open = handle.value
    const wanted = knownFields().filter((field) => said[field.known] && valueAt(open.state.values, field.pointer) !== said[field.known])
    await Promise.all(wanted.map((field) => open.set(field.pointer, said[field.known] ?? undefined)))
  }

  function knownFields(): (FormField & { known: Known })[] {
    const all = flat(form.value?.layout.pages.flatMap((page) => page.fields) ?? [])
    return all.filter((field): field is FormField & { known: Known } => Boolean(field.known))
  }

  const draft = computed(() => handle.value?.state ?? null)

  const judging = useJudging({
    guide,
    form,
    found,
    values: () => draft.value?.values ?? {},
    files: () => draft.value?.files ?? {},
    facts: () => facts.value ?? {},
    refused: () => (draft.value?.problem?.code === 'material-missing' ? (draft.value.problem.members.materials as string[]) : []),
    // Before signing in, and until the server has said, nobody knows whose form it is: it is asked for when it is sent.
    needsKnown: () => facts.value !== null,
  })
  const { pages, faults, errors, fileErrors } = judging

  /** What may come later and is not there, as far as the registers and the server have said. */
  const later = computed(() => {
    const missing = draft.value?.problem?.code === 'material-missing' ? (draft.value.problem.members.materials as string[]) : []
    return (guide.value?.materials ?? []).filter((one) => mayComeLater(one, guide.value) && !draft.value?.files[one.key]?.length && (one.handover === 'upload' || missing.includes(one.key) || found.value?.get(one.key) === false))
  })

  function set(path: string, value: Json | undefined): void {
    if (!handle.value) return
    void handle.value.set(value === undefined ? emptied(handle.value.state.values, path) : path, value)
    judging.forget(path)
  }

  function setRows(path: string, rows: Json[], ids: string[]): void {
    rowIds[path] = ids
    void handle.value?.set(path, rows.length > 0 ? rows : undefined)
    judging.forget(path)
  }

  /** The photo as it lies on this phone, or where the server has it. */
  async function picture(entry: FileEntry): Promise<Blob | string> {
    const kept = handle.value && (await readFile(handle.value.state.id, entry).catch(() => null))
    const address = `/files/${entry.sha256}`
    if (kept || !acting.current) return kept || `/api/v1${address}`
    // A picture's address alone does not say for whom it is asked.
    return (await fetchBytes('GET', address).catch(() => null))?.blob ?? ''
  }

  async function attach(material: string, files: readonly File[]): Promise<void> {
    const open = handle.value
    if (!open) return
    preparing.value = material
    delete fileErrors[material]
    const limits = limitsOf(guide.value?.materials.find((one) => one.key === material))
    try {
      const said = await attachAll(files, open.state.files[material] ?? [], limits, (file, instead) => open.attach(material, file, prepared(limits), instead))
      if (said) fileErrors[material] = said
      if (open.state.files[material]?.length) faults.value = faults.value.filter((fault) => fault.field.material !== material)
    } finally {
      preparing.value = null
    }
  }

  /** Puts a file in the place of another. */
  async function replace(material: string, sha256: string, file: File): Promise<void> {
    const open = handle.value
    if (!open) return
    preparing.value = material
    delete fileErrors[material]
    const limits = { ...limitsOf(guide.value?.materials.find((one) => one.key === material)), files: 1 }
    try {
      const said = await attachAll([file], [], limits, () => open.attach(material, file, prepared(limits), sha256))
      if (said) fileErrors[material] = said
    } finally {
      preparing.value = null
    }
  }

  /** Clears answers and pictures that are no longer asked for, then puts the draft into the outbox. @returns the submission's id */
  async function send(): Promise<string> {
    const open = handle.value
    if (!open || !form.value) throw new Error('There is no draft to submit.')
    await takeUnasked(pages.value, () => open.state.values, (path) => open.set(path, undefined))
    const materials = askedMaterials(pages.value, open.state.values)
    for (const [material, entries] of Object.entries(open.state.files)) {
      if (!materials.has(material)) for (const entry of entries) await open.detach(material, entry.sha256)
    }
    // Nothing is promised that is there.
    if (open.state.promise && !later.value.length) await open.setPromise(false)
    await open.settled()
    return submit(open.state.id)
  }

  const savedInWords = computed(() => {
    const state = draft.value
    if (!state?.savedAt) return ''
    return t(state.sync === 'synced' ? 'form.synced' : 'offline.saved', { time: moment(state.savedAt) })
  })

  /** Which items the questionnaire leaves; null where there is none. */
  const chosen = computed(() => (bundle.value && draft.value && chosenForm.value ? chosenItems(bundle.value, draft.value.values).join() : null))
  watch(chosen, async (items, before) => {
    const open = handle.value
    if (!open || items === null || before === null || items === chosenForm.value?.items.map((each) => each.key).join()) return
    try {
      const next = await readChosen(open, null)
      // An answer may have changed again meanwhile.
      if (chosen.value === items) show(next)
      knownIn = fillKnown()
    } catch {
      failed.value = true
    }
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
    later,
    /** A record forbids to promise. */
    promiseClosed: computed(() => draft.value?.problem?.members.promise === 'closed'),
    promise: (promise: boolean) => void handle.value?.setPromise(promise),
    start,
    check: judging.check,
    set,
    setRows,
    leave: judging.leave,
    attach,
    replace,
    /** Takes back that a file was removed; its bytes are as they were. */
    restore: async (material: string, file: File) => void (await handle.value?.attach(material, file, async (bytes) => bytes).catch(() => (fileErrors[material] = t('form.not_saved')))),
    picture,
    clearFaults: judging.clear,
    detach: (material: string, sha256: string) => void handle.value?.detach(material, sha256),
    setStep: async (step: number) => void (await handle.value?.setStep(step)),
    wish: (wishes: FilingWishes) => void handle.value?.wish(wishes),
    resolve: (choice: 'mine' | 'theirs') => void handle.value?.resolve(choice),
    discard: async () => handle.value?.discard(),
    settled: async () => handle.value?.settled(),
    /** Puts in what the account knows, asking once more where no answer came: someone who has just signed in may submit at once. @returns whether it is there */
    known: async () => {
      await knownIn
      if (!facts.value) await (knownIn = fillKnown())
      return facts.value !== null || !knownFields().some((field) => valueAt(draft.value?.values ?? {}, field.pointer) === undefined)
    },
    submit: send,
  })
}
