import { createVNode, type VNode } from 'vue'
import type { Text } from '../api/types'
import { say } from '../messages'
import type { Part, Slot } from './example'

const isText = (value: object): value is Text => Object.keys(value).length === 2 && 'zh' in value && 'en' in value

/** A value of an example with every text in the language in use. */
export function told(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(told)
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value
  return isText(value) ? say(value) : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, told(inner)]))
}

function partOf(part: Part): VNode | string {
  if (typeof part === 'string' || !('of' in part)) return say(part)
  const { slot } = part
  const props = told(part.props ?? {}) as Record<string, unknown>
  if (typeof part.of === 'string') return createVNode(part.of, props, slot === undefined ? [] : partsOf(slot))
  return createVNode(part.of, props, slot === undefined ? undefined : () => partsOf(slot))
}

/** What a slot of an example holds, ready to be drawn. */
export function partsOf(slot: Slot): (VNode | string)[] {
  return (Array.isArray(slot) ? (slot as readonly Part[]) : [slot as Part]).map(partOf)
}
