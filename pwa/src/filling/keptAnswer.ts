import { computed, reactive, ref } from 'vue'
import type { Guide } from '../api/types'
import { limitsOf } from '../fileLimits'
import { t } from '../messages'
import { keepAnswer, keepPhoto, readAnswer, readPhoto, type CaseAnswer } from '../offline/answers'
import { placed, type FileEntry } from '../offline/draft-record'
import { attachAll, preparing as prepared } from './attaching'

const plainly = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/**
 * An answer that is on this phone until it was taken: what was typed last is what stays, and a file chosen meanwhile neither pushes
 * that out nor is lost for it. Must be called in a component's setup.
 * @param place under which it is kept
 * @param materialOf what is known of a material, by its key
 * @param onChange called with every change
 */
export function useKeptAnswer(place: string, begun: CaseAnswer, materialOf: (key: string) => Guide['materials'][number] | undefined, onChange: () => void = () => undefined) {
  const answer = ref<CaseAnswer>(begun)
  const unsaved = ref(false)
  /** The change that is on this phone, by its time (epoch milliseconds); 0 when nothing is. */
  const keptAt = ref(0)
  /** The material whose files are being made ready. */
  const preparing = ref<string | null>(null)
  /** What is wrong with a material, by its key. */
  const wrong = reactive<Record<string, string>>({})
  let writing = Promise.resolve()

  /** Not all that was said is on this phone yet. */
  const storing = computed(() => keptAt.value !== answer.value.savedAt && !unsaved.value)

  /** Takes up what this phone holds of an answer to these materials. Raises StorageFailed. */
  async function read(command: string, asked: string[]): Promise<void> {
    answer.value = await readAnswer(place, command, asked)
    keptAt.value = answer.value.savedAt
  }

  /** What is said changes: it is another answer, and goes under a key of its own. */
  const changed = (part: Partial<CaseAnswer>): CaseAnswer => ({ ...answer.value, ...part, id: crypto.randomUUID(), savedAt: Date.now(), pressed: false })

  /** One after the other: what was typed last is what stays. */
  function keepNow(next: CaseAnswer): Promise<void> {
    answer.value = next
    onChange()
    const plain = plainly(next)
    return (writing = writing.then(() => keepAnswer(place, plain)).then(
      () => {
        unsaved.value = false
        keptAt.value = plain.savedAt
      },
      () => void (unsaved.value = true),
    ))
  }

  /** Keeps a file, in the place of another if one is named. Raises FileRefused, StorageFailed. */
  async function take(key: string, file: File, prepare: (file: Blob) => Promise<Blob>, instead?: string): Promise<void> {
    const ready = await prepare(file)
    const withIt = (entry: FileEntry): CaseAnswer => changed({ files: { ...answer.value.files, [key]: placed(answer.value.files[key] ?? [], entry, instead) } })
    let taken: FileEntry | undefined
    // In the line of what is typed meanwhile, shown once its bytes are stored, and put on top of what was typed: neither takes the
    // other's place.
    const stored = writing.then(() => keepPhoto(place, file.name, ready, (entry) => plainly(withIt((taken = entry)))))
    writing = stored.then(() => undefined, () => undefined)
    await stored
    if (taken) await keepNow(withIt(taken))
  }

  async function attach(key: string, files: readonly File[], instead?: string): Promise<void> {
    preparing.value = key
    delete wrong[key]
    const limits = limitsOf(materialOf(key))
    try {
      const there = instead === undefined ? (answer.value.files[key] ?? []) : []
      const said = await attachAll(files, there, instead === undefined ? limits : { ...limits, files: 1 }, (file, old) => take(key, file, prepared(limits), instead ?? old))
      if (said) wrong[key] = said
    } finally {
      preparing.value = null
    }
  }

  const replace = (key: string, sha256: string, file: File): Promise<void> => attach(key, [file], sha256)
  /** Takes back that a file was removed; its bytes are as they were. */
  const restore = (key: string, file: File): Promise<void> => take(key, file, async (bytes) => bytes).catch(() => void (wrong[key] = t('form.not_saved')))

  async function detach(key: string, sha256: string): Promise<void> {
    const { [key]: mine = [], ...others } = answer.value.files
    const left = mine.filter((one) => one.sha256 !== sha256)
    await keepNow(changed({ files: left.length ? { ...others, [key]: left } : others }))
  }

  /** The picture itself, or where the server has it. */
  const picture = async (entry: FileEntry): Promise<Blob | string> => (await readPhoto(place, entry).catch(() => null)) ?? `/api/v1/files/${entry.sha256}`

  return { answer, unsaved, keptAt, storing, read, preparing, wrong, changed, keepNow, attach, replace, restore, detach, picture }
}
