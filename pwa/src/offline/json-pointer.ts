export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

const MAX_DEPTH = 8
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** A pointer no form of ours can hold: not RFC 6901, too deep, or through something that is no object. */
export class BadPointer extends Error {
  override name = 'BadPointer'
  constructor(pointer: string) {
    super(`"${pointer.slice(0, 80)}" points to no place in a form.`)
  }
}

function split(pointer: string): string[] {
  if (!pointer.startsWith('/')) throw new BadPointer(pointer)
  const parts = pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (parts.length > MAX_DEPTH || parts.some((part) => FORBIDDEN.has(part))) throw new BadPointer(pointer)
  return parts
}

const isContainer = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object'

/** The value at the pointer (RFC 6901), or undefined. Raises BadPointer. */
export function readPointer(values: JsonObject, pointer: string): Json | undefined {
  let here: Json | undefined = values
  for (const part of split(pointer)) {
    if (!isContainer(here) || !Object.hasOwn(here, part)) return undefined
    here = here[part]
  }
  return here
}

/** Sets the value at the pointer, making objects on the way; `undefined` takes it away. Raises BadPointer. */
export function writePointer(values: JsonObject, pointer: string, value: Json | undefined): void {
  const parts = split(pointer)
  const last = parts.pop()!
  let here: JsonObject = values
  for (const part of parts) {
    if (!Object.hasOwn(here, part)) {
      if (value === undefined) return
      here[part] = {}
    }
    const next: Json | undefined = here[part]
    if (!isContainer(next)) throw new BadPointer(pointer)
    here = next
  }
  if (value === undefined) delete here[last]
  else here[last] = value
}
