import { computed, reactive, ref, shallowRef } from 'vue'
import type { ApplicantData, Form, Guide, MemberApplication } from '../api/types'
import { flat, idOf, emptied, type FieldFault } from '../filling/fields'
import { takeUnasked, useJudging } from '../filling/judging'
import { useKeptAnswer } from '../filling/keptAnswer'
import { withoutPictures } from '../filling/useAnswer'
import { t } from '../messages'
import { emptyAnswer, forgetAnswer, sendPhotos } from '../offline/answers'
import { cachedGet } from '../offline/cached'
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
  const lacking = ref<string[]>([])
  const named = ref<string[]>([])
  const rowIds = reactive<Record<string, string[]>>({})
  const sending = ref(false)
  const ready = ref(false)
  /** Why there is nothing to mend: nobody answered, or the server's own words. */
  const failed = ref('')
  const blocked = ref('')
  const signIn = ref(false)
  const done = ref(false)
  const { answer, unsaved, keptAt, storing, read, preparing, wrong, changed, keepNow, attach, replace, restore, detach, picture } = useKeptAnswer(place, emptyAnswer(COMMAND, []), (key) => guide.value?.materials.find((one) => one.key === key))

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
      const [{ value: pinned }, { value: whole }] = await Promise.all([cachedGet<{ guide: Guide }>(`/guides/${said.guide_hash}`), cachedGet<Form>(`/forms/${said.form_hash}`)])
      const me = await attempt<ApplicantData>('GET', '/me/applicant', { mandate })
      facts.value = me.kind === 'ok' ? me.body : null
      guide.value = pinned.guide
      form.value = { ...whole, layout: { ...whole.layout, pages: whole.layout.pages.map((page) => ({ ...page, fields: withoutPictures(page.fields) })) } }
      old.value = said.values as JsonObject
      await read(COMMAND, [])
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

  const plainly = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

  function write(at: string, value: Json | undefined): void {
    const next = plainly(values.value)
    writePointer(next, at, value)
    void keepNow(changed({ values: next }))
    judging.forget(at)
  }

  const set = (at: string, value: Json | undefined): void => write(value === undefined ? emptied(values.value, at) : at, value)

  function setRows(at: string, rows: Json[], ids: string[]): void {
    rowIds[at] = ids
    write(at, rows.length ? rows : undefined)
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

  return reactive({ start, press, set, setRows, attach, replace, restore, detach, picture, guide, form, facts, values, rowIds, answer, materials, pages, wrong, errors, preparing, sending, ready, failed, blocked, signIn, done, unsaved, keptAt, storing, fieldErrors: judging.errors, leave: judging.leave })
}
