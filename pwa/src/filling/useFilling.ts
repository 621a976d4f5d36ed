import { computed, onUnmounted, reactive, ref, shallowRef, watch } from 'vue'
import { acting } from '../acting'
import { fetchBytes } from '../api/bytes'
import type { ApplicantData, Form, Guide } from '../api/types'
import { moment } from '../dates'
import { say, t, type MessageKey } from '../messages'
import { cachedGet } from '../offline/cached'
import { openDraft, type DraftHandle } from '../offline/drafts'
import { readFile } from '../offline/files'
import { MAX_BYTES, PhotoRefused, preparePhoto } from '../offline/image'
import type { FileEntry } from '../offline/draft-record'
import { submit } from '../offline/outbox'
import { validateForm } from '../rules/forms.ts'
import { session } from '../session'
import { bytesInWords } from '../bytesInWords'
import { faultsOfPage, isActive, valueAt, type FieldFault } from './fields'

const worded = ['required', 'minLength', 'maxLength', 'pattern', 'format', 'enum', 'minimum', 'maximum', 'type']

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
    const me = (await cachedGet<ApplicantData>('/me/applicant').catch(() => null))?.value
    if (!me) return
    for (const field of form.value.layout.pages.flatMap((page) => page.fields)) {
      const known = (field.known === 'name' || field.known === 'id_number' || field.known === 'phone') && me[field.known]
      if (known && valueAt(handle.value.state.values, field.pointer) !== known) await handle.value.set(field.pointer, known)
    }
  }

  const draft = computed(() => handle.value?.state ?? null)

  /** The words for a broken keyword: the layout's own, or the general ones. */
  function wordsFor(fault: FieldFault): string {
    const own = say(fault.field.errors[fault.keyword])
    return own || t((worded.includes(fault.keyword) ? `fault.${fault.keyword}` : 'fault.other') as MessageKey)
  }

  const errors = computed<Record<string, string>>(() => ({
    ...Object.fromEntries(faults.value.map((fault) => [fault.field.pointer, wordsFor(fault)])),
    ...Object.fromEntries((form.value?.layout.pages ?? []).flatMap((page) => page.fields).filter((field) => field.material && fileErrors[field.material]).map((field) => [field.pointer, fileErrors[field.material ?? ''] ?? ''])),
  }))

  /** Judges one page and shows what is wrong. @returns whether nothing is */
  function check(index: number): boolean {
    const page = form.value?.layout.pages[index]
    if (!page || !form.value || !guide.value || !draft.value) return false
    const counts = Object.fromEntries(Object.entries(draft.value.files).map(([material, entries]) => [material, entries.length]))
    faults.value = faultsOfPage(page, form.value, draft.value.values, counts, guide.value, validateForm, session.account?.identified === true)
    return faults.value.length === 0
  }

  function set(pointer: string, value: string | boolean | undefined): void {
    void handle.value?.set(pointer, value)
    faults.value = faults.value.filter((fault) => fault.field.pointer !== pointer)
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

  /** Clears answers to questions that are no longer asked, then puts the draft into the outbox. @returns the submission's id */
  async function send(): Promise<string> {
    if (!handle.value || !form.value) throw new Error('There is no draft to submit.')
    for (const field of form.value.layout.pages.flatMap((page) => page.fields)) {
      const value = valueAt(handle.value.state.values, field.pointer)
      if (field.control !== 'file' && value !== undefined && !isActive(field, handle.value.state.values)) await handle.value.set(field.pointer, undefined)
    }
    await handle.value.settled()
    return submit(handle.value.state.id)
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
    draft,
    faults,
    errors,
    failed,
    preparing,
    savedInWords,
    start,
    check,
    set,
    attach,
    picture,
    clearFaults: () => (faults.value = []),
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
