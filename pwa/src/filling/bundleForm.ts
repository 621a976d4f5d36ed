import type { Bundle, BundleForm } from '../api/types'
import { inOrder } from '../directory'
import { cachedGet } from '../offline/cached'
import type { JsonObject } from '../offline/json-pointer'
import { readKnown } from './knownMaterials'

export { bundleOf, itemOf } from './bundleKey'

const QUESTION = 'about_'

/** The items that the questionnaire's answers leave, in order. The twin of `chosen` in `backend/bundles/rules.py`. Pure. */
export function chosenItems(bundle: Bundle, values: JsonObject): string[] {
  const picked = (bundle.questions ?? []).flatMap((question) => question.options.filter((option) => values[QUESTION + question.key] === option.value))
  const items = new Set([...bundle.members, ...picked.flatMap((option) => option.adds ?? [])])
  for (const key of picked.flatMap((option) => option.drops ?? [])) items.delete(key)
  return inOrder({ ...bundle, members: [...bundle.members, ...(bundle.optional_members ?? []).map((each) => each.item)].filter((key) => items.has(key)) })
}

/** The one form of these items, or of the bundle's members; kept on this phone for when there is no network. Raises NeverRead, ReadRefused. */
export async function readBundleForm(bundle: string, items: readonly string[] = []): Promise<BundleForm> {
  const asked = items.length > 0 ? `?items=${items.join(',')}` : ''
  return (await cachedGet<BundleForm>(`/bundles/${encodeURIComponent(bundle)}/form${asked}`)).value
}

/** Which shared materials of the whole the registers hold of the applicant, by merged key. Raises ApiError. */
export async function readKnownOfBundle(form: BundleForm): Promise<ReadonlyMap<string, boolean>> {
  const each = await Promise.all(form.items.map(async ({ key }) => [key, await readKnown(key)] as const))
  return new Map(each.flatMap(([key, known]) => [...known].map(([material, found]): [string, boolean] => [form.materials[key]?.[material] ?? material, found])))
}
