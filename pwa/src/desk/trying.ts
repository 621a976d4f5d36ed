import { reactive, ref, watch } from 'vue'
import { writePointer, type Json, type JsonObject } from '../offline/json-pointer'

/**
 * Trying a form out: the answers go nowhere, and with them all that was remembered of them when another form takes its place.
 * @param hash which form it is
 */
export function useTrying(hash: () => string | undefined) {
  const page = ref('0')
  const values = reactive<JsonObject>({})
  const rowIds = reactive<Record<string, string[]>>({})

  function set(pointer: string, value: Json | undefined): void {
    writePointer(values, pointer, value)
  }

  function setRows(pointer: string, rows: Json[], ids: string[]): void {
    rowIds[pointer] = ids
    set(pointer, rows)
  }

  watch(hash, () => {
    for (const name of Object.keys(values)) delete values[name]
    for (const pointer of Object.keys(rowIds)) delete rowIds[pointer]
    page.value = '0'
  })
  return { page, values, rowIds, set, setRows }
}
