import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { closeStore } from '../../src/offline/store'
import { forgetKeys } from '../../src/offline/vault'

/** A phone that has never seen the app. */
export async function newPhone(): Promise<void> {
  await restart()
  globalThis.indexedDB = new IDBFactory()
}

/** The page is killed and opened again: what is not in IndexedDB is gone. */
export async function restart(): Promise<void> {
  await closeStore()
  forgetKeys()
}
