/** JSON values as the form rules see them: own properties only, text in code point order, numbers as doubles. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
export type JsonObject = { [name: string]: Json }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The own property of that name; `toString` and its like are nobody's. */
export function own(value: JsonObject, name: string): Json | undefined {
  // `in` as well: it is what Vue sees where an answer is looked for that comes later.
  return name in value && Object.hasOwn(value, name) ? value[name] : undefined
}

/** Order by code points, as Python sorts text; UTF-16 order differs beyond the basic plane. */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) {
    const one = a.charCodeAt(at)
    const other = b.charCodeAt(at)
    if (one !== other) return isSurrogate(one) === isSurrogate(other) ? one - other : isSurrogate(one) ? 1 : -1
  }
  return a.length - b.length
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff

/** The names of an object in code point order. */
export function sortedNames(value: JsonObject): string[] {
  return Object.keys(value).sort(compareText)
}

/** The JSON Pointer (RFC 6901) of `step` below `path`. */
export function pointer(path: string, step: string | number): string {
  return `${path}/${String(step).replace(/~/g, '~0').replace(/\//g, '~1')}`
}
