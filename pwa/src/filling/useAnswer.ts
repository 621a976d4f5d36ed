import { computed, onUnmounted, reactive, ref, shallowRef, watch } from 'vue'
import { acting } from '../acting'
import type { ApplicantData, CaseView, Form, FormField, FormPage, Guide } from '../api/types'
import { t } from '../messages'
import { emptyAnswer, forgetAnswer, keepAnswer, sendAnswer, type CaseAnswer } from '../offline/answers'
import { cachedGet } from '../offline/cached'
import { writePointer, type Json, type JsonObject } from '../offline/json-pointer'
import { isTransient, needsSignIn, type Problem } from '../offline/request'
import { reach } from '../reach'
import type { Facts } from '../rules/filled.ts'
import { emptied, flat, idOf, valueAt, type FieldFault } from './fields'
import { takeUnasked, useJudging } from './judging'
import { useKeptAnswer } from './keptAnswer'

type Material = Guide['materials'][number]
type Way = 'picture' | 'form' | 'counter'

/** One thing that a notice names, and how it is answered. */
export interface Asked {
  key: string
  material: Material
  way: Way
  problem: string
  example: string | null
}

const wayOf = (handover: Material['handover']): Way => (handover === 'form' || handover === 'commitment' ? 'form' : handover === 'upload' || handover === 'share' ? 'picture' : 'counter')

/** The form without its pictures: those are asked for by the notice alone. */
export const withoutPictures = (fields: readonly FormField[]): FormField[] =>
  fields.filter((field) => field.control !== 'file').map((field) => ({ ...field, fields: withoutPictures(field.fields ?? []) }))

/**
 * Answering the notice of a case: what it names, what was chosen so far, and what is wrong. Every change is on this phone
 * before it counts; what was sent without a reply goes again as it is. Must be called in a component's setup.
 */
export function useAnswer(caseId: string) {
  const guide = shallowRef<Guide | null>(null)
  const form = shallowRef<Form | null>(null)
  const old = shallowRef<JsonObject>({})
  const facts = shallowRef<Facts | null>(null)
  const asked = shallowRef<Asked[]>([])
  const rowIds = reactive<Record<string, string[]>>({})
  const failed = ref(false)
  const ready = ref(false)
  const sending = ref(false)
  const problem = shallowRef<Problem | null>(null)
  /** 0 to 1 by SHA-256, of the files being sent. */
  const progress = reactive<Record<string, number>>({})
  const signIn = ref(false)
  const done = shallowRef<CaseView | null>(null)
  let all = false
  let gone = false

  const { answer, unsaved, keptAt, storing, read, preparing, wrong, changed, keepNow, attach, replace, restore, detach, picture } = useKeptAnswer(caseId, emptyAnswer('', []), (key) => asked.value.find((one) => one.key === key)?.material, () => (problem.value = null))
  const asksForm = computed(() => asked.value.some((one) => one.way === 'form'))
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
  const pages = computed<FormPage[]>(() => (asksForm.value ? judging.pages.value.filter((page) => page.fields.length) : []))

  /** Reads what has to be answered and what this phone holds of it. */
  async function start(it: CaseView): Promise<void> {
    failed.value = false
    const notice = it.notice
    if (!notice) return
    try {
      const { guide: pinned } = (await cachedGet<{ guide: Guide }>(`/guides/${it.guide_hash}`)).value
      guide.value = pinned
      all = notice.command !== 'supply'
      asked.value = notice.asked.flatMap(({ material: key, problem: what, example }) => {
        const material = pinned.materials.find((one) => one.key === key)
        return material ? [{ key, material, way: wayOf(material.handover), problem: what, example }] : []
      })
      await read(notice.command, asked.value.map((one) => one.key))
      if (asksForm.value) await readForm()
      ready.value = true
      // Sent before, and nobody knows whether it arrived: asked again under the same key, the server answers the same.
      if (answer.value.pressed) await send()
    } catch {
      failed.value = true
    }
  }

  async function readForm(): Promise<void> {
    const [said, me] = await Promise.all([
      cachedGet<{ form_hash: string; values: JsonObject }>(`/cases/${caseId}/answers`).then(({ value }) => value),
      cachedGet<ApplicantData>('/me/applicant').then(({ value }) => value, () => null),
    ])
    const pinned = (await cachedGet<Form>(`/forms/${said.form_hash}`)).value
    form.value = { ...pinned, layout: { ...pinned.layout, pages: pinned.layout.pages.map((page) => ({ ...page, fields: withoutPictures(page.fields) })) } }
    old.value = said.values
    facts.value = me
    for (const field of flat(form.value.layout.pages.flatMap((page) => page.fields))) {
      const known = field.known && me?.[field.known]
      if (known && valueAt(values.value, field.pointer) !== known) writePointer(old.value, field.pointer, known)
    }
  }

  function bring(key: string, yes: boolean): void {
    delete wrong[key]
    void keepNow(changed({ brought: yes ? [...answer.value.brought, key] : answer.value.brought.filter((one) => one !== key) }))
  }

  function write(path: string, value: Json | undefined): void {
    const next = JSON.parse(JSON.stringify(values.value)) as JsonObject
    writePointer(next, path, value)
    void keepNow(changed({ values: next }))
  }

  function set(path: string, value: Json | undefined): void {
    write(value === undefined ? emptied(values.value, path) : path, value)
    judging.forget(path)
  }

  function setRows(path: string, rows: Json[], ids: string[]): void {
    rowIds[path] = ids
    write(path, rows.length ? rows : undefined)
    judging.forget(path)
  }

  const isAnswered = (one: Asked): boolean => (one.way === 'picture' ? Boolean(answer.value.files[one.key]?.length) : one.way === 'counter' ? answer.value.brought.includes(one.key) : true)

  /** Shows what is missing or wrong. @returns whether nothing is */
  function check(): boolean {
    const lacking = asked.value.filter((one) => !isAnswered(one))
    const enough = all ? lacking.length === 0 : lacking.length < asked.value.length
    for (const one of enough ? [] : lacking) wrong[one.key] ??= t(one.way === 'picture' ? 'answer.needs.picture' : 'answer.needs.counter')
    const faults: FieldFault[] = []
    if (asksForm.value) {
      judging.pages.value.forEach((_, index) => {
        judging.check(index)
        faults.push(...judging.faults.value)
      })
      judging.faults.value = faults
    }
    return enough && faults.length === 0 && Object.keys(wrong).length === 0
  }

  /** Sends everything at once, if nothing is wrong with it. */
  async function press(): Promise<void> {
    if (sending.value) return
    for (const key of Object.keys(wrong)) delete wrong[key]
    if (!check()) return
    if (asksForm.value && form.value) {
      const clean = JSON.parse(JSON.stringify(values.value)) as JsonObject
      await takeUnasked(judging.pages.value, () => clean, (path) => writePointer(clean, path, undefined))
      if (answer.value.values === null || JSON.stringify(clean) !== JSON.stringify(answer.value.values)) await keepNow(changed({ values: clean }))
    }
    await send()
  }

  async function send(): Promise<void> {
    if (sending.value) return
    sending.value = true
    problem.value = null
    signIn.value = false
    answer.value = { ...answer.value, pressed: true }
    try {
      const plain = JSON.parse(JSON.stringify(answer.value)) as CaseAnswer
      await keepAnswer(caseId, plain).catch(() => undefined)
      const outcome = await sendAnswer(caseId, plain, acting.current?.mandate ?? null, (sha256, fraction) => (progress[sha256] = fraction))
      if (gone) return
      if (outcome.kind === 'ok') done.value = outcome.body
      else if (needsSignIn(outcome)) signIn.value = true
      else if (outcome.kind === 'problem' && !isTransient(outcome)) await refuse(outcome.problem)
    } finally {
      sending.value = false
    }
  }

  /** A refusal, at the place that it speaks of. */
  async function refuse(said: Problem): Promise<void> {
    await keepNow({ ...answer.value, pressed: false })
    const members = said.members as { materials?: string[]; missing?: string[]; errors?: { path: string; keyword: string }[]; refusal?: { materials?: string[] } }
    if (said.code === 'files-missing') {
      for (const [key, entries] of Object.entries(answer.value.files)) if (entries.some((entry) => members.missing?.includes(entry.sha256))) wrong[key] = t('answer.file_lost')
    } else if (said.code === 'material-missing') {
      for (const key of members.materials ?? []) wrong[key] = t('answer.needs.picture')
    } else if (said.code === 'form-invalid' && form.value) {
      const fields = flat(form.value.layout.pages.flatMap((page) => page.fields))
      judging.faults.value = (members.errors ?? []).flatMap(({ path, keyword }) => {
        const field = fields.find((one) => path === one.pointer || path.startsWith(`${one.pointer}/`))
        return field ? [{ field, scope: '', path: field.pointer, keyword }] : []
      })
      if (!judging.faults.value.length) problem.value = said
    } else if (said.code === 'command-refused' && members.refusal?.materials?.some((key) => asked.value.some((one) => one.key === key))) {
      for (const key of members.refusal.materials) wrong[key] = said.detail
    } else problem.value = said
  }

  const errors = computed(() => [
    ...asked.value.filter((one) => wrong[one.key]).map((one) => ({ id: `asked-${one.key}`, material: one.material.name, text: wrong[one.key] ?? '' })),
    ...judging.faults.value.map((fault) => ({ id: idOf(fault.path), material: fault.field.label, text: judging.errors.value[fault.path] ?? '' })),
  ])

  // The server answers again: what waits goes at once.
  watch(() => reach.failing, (failing) => void (!failing && answer.value.pressed && !sending.value && !signIn.value && send()))
  onUnmounted(() => (gone = true))

  return reactive({
    start, guide, form, pages, values, rowIds, facts, asked, answer, ready, failed, unsaved, keptAt, storing, preparing, sending, signIn, problem, wrong, errors, done, picture, progress, attach, replace, restore, detach, bring, set, setRows, press,
    fieldErrors: judging.errors,
    leave: judging.leave,
    /** The case has gone on: nothing has to be answered any more. */
    moved: computed(() => problem.value?.code === 'not-allowed-now'),
    /** It was sent, and no reply has come. */
    waits: computed(() => answer.value.pressed && !sending.value && !signIn.value && !problem.value),
    forget: () => forgetAnswer(caseId),
  })
}
