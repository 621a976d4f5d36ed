import { computed, reactive, ref, shallowRef } from 'vue'
import type { ApplicantData, Form, Guide, MemberApplication } from '../api/types'
import { limitsOf } from '../fileLimits'
import { attachAll, preparing as prepared } from '../filling/attaching'
import { flat, idOf, emptied, type FieldFault } from '../filling/fields'
import { takeUnasked, useJudging } from '../filling/judging'
import { withoutPictures } from '../filling/useAnswer'
import { t } from '../messages'
import { emptyAnswer, forgetAnswer, keepAnswer, keepPhoto, readAnswer, readPhoto, sendPhotos, type CaseAnswer } from '../offline/answers'
import { cachedGet } from '../offline/cached'
import { placed, type FileEntry } from '../offline/draft-record'
import { writePointer, type Json, type JsonObject } from '../offline/json-pointer'
import { attempt, isTransient, needsSignIn, type Outcome, type Problem } from '../offline/request'
import type { Facts } from '../rules/filled.ts'

type Material = Guide['materials'][number]
type Wrong = { path: string; keyword: string }
const COMMAND = 'continue'

/**
 * Mending a part of a bundle whose turn has come: what is wrong with its answers and which papers it lacks, and nothing
 * else. Pictures and answers are on this phone until they were taken. Must be called in a component's setup.
 * @param mandate of whom it is filed for, null for oneself
 */
export function useMending(filing: string, item: string, mandate: string | null) {
  const path = `/filings/${filing}/members/${item}`
  const place = `${filing}-${item}`
  const guide = shallowRef<Guide | null>(null)
  const form = shallowRef<Form | null>(null)
  const facts = shallowRef<Facts | null>(null)
  const old = shallowRef<JsonObject>({})
  const answer = ref<CaseAnswer>(emptyAnswer(COMMAND, []))
  const lacking = ref<string[]>([])
  const named = ref<string[]>([])
  const rowIds = reactive<Record<string, string[]>>({})
  const wrong = reactive<Record<string, string>>({})
  const preparing = ref<string | null>(null)
  const sending = ref(false)
  const ready = ref(false)
  /** Why there is nothing to mend: nobody answered, or the server's own words. */
  const failed = ref('')
  const blocked = ref('')
  const signIn = ref(false)
  const done = ref(false)
  const unsaved = ref(false)
  let writing = Promise.resolve()

  const values = computed<JsonObject>(() => answer.value.values ?? old.value)
  const judging = useJudging({
    guide,
    form,
    found: shallowRef(null),
    values: () => values.value,
    files: () => answer.value.files,
    facts: () => facts.value ?? {},
    refused: () => [],
    needsKnown: () => false,
  })
  /** Only the pages that something is wrong on. */
  const pages = computed(() => judging.pages.value.filter((page) => named.value.includes(page.key)))
  const materials = computed<Material[]>(() => (guide.value?.materials ?? []).filter((one) => lacking.value.includes(one.key)))

  async function start(): Promise<void> {
    failed.value = ''
    const outcome = await attempt<MemberApplication>('GET', path, { mandate })
    if (outcome.kind !== 'ok') return refuse(outcome, true)
    const said = outcome.body
    try {
      const [{ value: pinned }, { value: read }] = await Promise.all([cachedGet<{ guide: Guide }>(`/guides/${said.guide_hash}`), cachedGet<Form>(`/forms/${said.form_hash}`)])
      const me = await attempt<ApplicantData>('GET', '/me/applicant', { mandate })
      facts.value = me.kind === 'ok' ? me.body : null
      guide.value = pinned.guide
      form.value = { ...read, layout: { ...read.layout, pages: read.layout.pages.map((page) => ({ ...page, fields: withoutPictures(page.fields) })) } }
      old.value = said.values as JsonObject
      answer.value = await readAnswer(place, COMMAND, [])
      blocked.value = said.detail ?? ''
      tell(said.errors as Wrong[], said.materials)
      ready.value = true
    } catch {
      failed.value = t('wait.failed.unreachable')
    }
  }

  /** Opens the pages and papers that something is said about, and says it there. */
  function tell(errors: readonly Wrong[], papers: readonly string[]): void {
    const fields = flat(form.value?.layout.pages.flatMap((page) => page.fields) ?? [])
    const faults = errors.flatMap(({ path: at, keyword }): FieldFault[] => {
      const field = fields.find((one) => at === one.pointer || at.startsWith(`${one.pointer}/`))
      return field ? [{ field, scope: '', path: field.pointer, keyword }] : []
    })
    const at = judging.pages.value.filter((page) => flat(page.fields).some((field) => faults.some((fault) => fault.path === field.pointer)))
    // What is wrong and stands on no page: then all of the form is there to look at.
    const opened = errors.length && !at.length ? judging.pages.value : at
    named.value = [...new Set([...named.value, ...opened.map((page) => page.key)])]
    lacking.value = [...new Set([...lacking.value, ...papers])]
    judging.faults.value = faults
    for (const key of papers) if (answer.value.files[key]?.length) wrong[key] = t('answer.file_lost')
  }

  const changed = (part: Partial<CaseAnswer>): CaseAnswer => ({ ...answer.value, ...part, id: crypto.randomUUID(), savedAt: Date.now() })
  const plainly = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

  /** One after the other: what was typed last is what stays. */
  function store(): Promise<void> {
    const plain = plainly(answer.value)
    return (writing = writing.then(() => keepAnswer(place, plain)).then(() => void (unsaved.value = false), () => void (unsaved.value = true)))
  }

  function write(at: string, value: Json | undefined): void {
    const next = plainly(values.value)
    writePointer(next, at, value)
    answer.value = changed({ values: next })
    void store()
    judging.forget(at)
  }

  const set = (at: string, value: Json | undefined): void => write(value === undefined ? emptied(values.value, at) : at, value)

  function setRows(at: string, rows: Json[], ids: string[]): void {
    rowIds[at] = ids
    write(at, rows.length ? rows : undefined)
  }

  /** Keeps a file for what is lacking, in the place of another if one is named. */
  async function take(key: string, file: File, prepare: (file: Blob) => Promise<Blob>, instead?: string): Promise<void> {
    const ready = await prepare(file)
    const withIt = (entry: FileEntry): CaseAnswer => changed({ files: { ...answer.value.files, [key]: placed(answer.value.files[key] ?? [], entry, instead) } })
    let taken: FileEntry | undefined
    const stored = writing.then(() => keepPhoto(place, file.name, ready, (entry) => plainly(withIt((taken = entry)))))
    writing = stored.then(() => undefined, () => undefined)
    await stored
    if (!taken) return
    answer.value = withIt(taken)
    await store()
  }

  async function attach(key: string, files: readonly File[], instead?: string): Promise<void> {
    preparing.value = key
    delete wrong[key]
    const limits = limitsOf(guide.value?.materials.find((one) => one.key === key))
    try {
      const there = instead === undefined ? (answer.value.files[key] ?? []) : []
      const said = await attachAll(files, there, instead === undefined ? limits : { ...limits, files: 1 }, (file, former) => take(key, file, prepared(limits), instead ?? former))
      if (said) wrong[key] = said
    } finally {
      preparing.value = null
    }
  }

  const replace = (key: string, sha256: string, file: File): Promise<void> => attach(key, [file], sha256)
  /** Takes back that a file was removed; its bytes are as they were. */
  const restore = (key: string, file: File): Promise<void> => take(key, file, async (bytes) => bytes).catch(() => void (wrong[key] = t('form.not_saved')))

  async function detach(key: string, sha256: string): Promise<void> {
    answer.value = changed({ files: { ...answer.value.files, [key]: (answer.value.files[key] ?? []).filter((one) => one.sha256 !== sha256) } })
    await store()
  }

  function check(): boolean {
    for (const key of lacking.value) if (!answer.value.files[key]?.length) wrong[key] ??= t('answer.needs.picture')
    const faults: FieldFault[] = []
    judging.pages.value.forEach((page, index) => {
      if (!named.value.includes(page.key)) return
      judging.check(index)
      faults.push(...judging.faults.value)
    })
    judging.faults.value = faults
    return faults.length === 0 && Object.keys(wrong).length === 0
  }

  /** Sends it, if nothing is wrong with it as far as this phone can see. */
  async function press(): Promise<void> {
    if (sending.value) return
    for (const key of Object.keys(wrong)) delete wrong[key]
    failed.value = ''
    signIn.value = false
    if (!check()) return
    sending.value = true
    try {
      let anew: JsonObject | null = null
      if (answer.value.values) {
        const clean = plainly(values.value)
        await takeUnasked(judging.pages.value, () => clean, (at) => writePointer(clean, at, undefined))
        const gone = Object.keys(old.value).filter((name) => !(name in clean))
        anew = { ...clean, ...Object.fromEntries(gone.map((name) => [name, null])) }
      }
      const files = Object.fromEntries(Object.entries(answer.value.files).filter(([, each]) => each.length).map(([key, each]) => [key, each.map((entry) => entry.sha256)]))
      const uploaded = await sendPhotos(place, plainly(answer.value), mandate)
      const outcome = uploaded.kind === 'ok' ? await attempt('POST', `${path}/cases`, { body: { files, ...(anew ? { values: anew } : {}) }, headers: { 'Idempotency-Key': answer.value.id }, mandate }) : uploaded
      if (outcome.kind !== 'ok') return refuse(outcome, false)
      await forgetAnswer(place).catch(() => undefined)
      done.value = true
    } finally {
      sending.value = false
    }
  }

  function refuse(outcome: Outcome<unknown>, reading: boolean): void {
    if (needsSignIn(outcome)) signIn.value = true
    else if (outcome.kind !== 'problem' || isTransient(outcome)) failed.value = t(reading ? 'wait.failed.unreachable' : 'filing.not_sent')
    else showRefusal(outcome.problem)
  }

  function showRefusal(said: Problem): void {
    const members = said.members as { materials?: string[]; missing?: string[]; errors?: Wrong[] }
    if (said.code === 'form-invalid') tell(members.errors ?? [], [])
    else if (said.code === 'material-missing') tell([], members.materials ?? [])
    else if (said.code === 'files-missing') tell([], Object.entries(answer.value.files).filter(([, each]) => each.some((entry) => members.missing?.includes(entry.sha256))).map(([key]) => key))
    else blocked.value = said.detail
  }

  const errors = computed(() => [
    ...materials.value.filter((one) => wrong[one.key]).map((one) => ({ id: `asked-${one.key}`, label: one.name, text: wrong[one.key] ?? '' })),
    ...judging.faults.value.map((fault) => ({ id: idOf(fault.path), label: fault.field.label, text: judging.errors.value[fault.path] ?? '' })),
  ])
  const picture = async (entry: FileEntry): Promise<Blob | string> => (await readPhoto(place, entry).catch(() => null)) ?? `/api/v1/files/${entry.sha256}`

  return reactive({ start, press, set, setRows, attach, replace, restore, detach, picture, guide, form, facts, values, rowIds, answer, materials, pages, wrong, errors, preparing, sending, ready, failed, blocked, signIn, done, unsaved, fieldErrors: judging.errors, leave: judging.leave })
}
