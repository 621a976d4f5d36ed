/**
 * Proving again who one is, before something sensitive.
 *
 *     const account = await withProof(() => put<Account>('/me/phone', { phone, code }))
 *
 * `withProof(work)` runs `work`; when the server answers 403 `sign-in-again`, a dialog asks the person for a proof (residents:
 * a code to their own phone, or a passkey; at the desk: password with a code or a passkey) and `work` is run once more. The
 * dialog lies over the page and touches nothing below it: what was typed stays. Whoever closes it gets `ProofDeclined`, which
 * a screen lets pass in silence, because nothing has happened:
 *
 *     catch (error) { if (error instanceof ProofDeclined) return; … }
 *
 * `work` has to throw `ApiError`, as everything in `api/client` does, and may be run twice: it is refused before anything is
 * done. A session that ends meanwhile is the `ApiError` 401 that every request knows. The dialog is loaded when it is first
 * needed. It speaks the messages of `rest`, which every screen but the first has, and the desk too.
 */
import { createApp } from 'vue'
import { ApiError } from '../api/client'

/** The person closed the dialog: the request was not repeated, nothing was changed. */
export class ProofDeclined extends Error {
  override name = 'ProofDeclined'
}

/**
 * Runs a request, and once more after a proof if the server asks for one.
 * @throws {ProofDeclined} when the person closes the dialog
 * @throws whatever `work` throws
 */
export async function withProof<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'sign-in-again') throw error
  }
  await proveAgain()
  return work()
}

let asking: Promise<void> | null = null

/**
 * Asks for a proof now; several requests that need one share the dialog.
 * @throws {ProofDeclined}
 * @throws {ApiError} 401 when the session has ended
 */
export function proveAgain(): Promise<void> {
  return (asking ??= ask().finally(() => {
    asking = null
  }))
}

async function ask(): Promise<void> {
  const { default: ProofDialog } = await import('./ProofDialog.vue')
  const place = document.createElement('div')
  document.body.append(place)
  let app: ReturnType<typeof createApp> | null = null
  try {
    await new Promise<void>((resolve, reject) => {
      app = createApp(ProofDialog, { onProved: resolve, onDeclined: () => reject(new ProofDeclined()), onFailed: reject })
      // An application of its own would give its heading an id that the page has already.
      app.config.idPrefix = 'proof'
      app.mount(place)
    })
  } finally {
    ;(app as ReturnType<typeof createApp> | null)?.unmount()
    place.remove()
  }
}
