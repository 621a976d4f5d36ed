import type { AllowedComponentProps, Component, VNodeProps } from 'vue'
import type { Text } from '../api/types'

/** Props as data: every text stands in both languages and is told in the one in use. */
type Worded<T> = T extends (...values: never[]) => unknown ? T : T extends string ? T | Text : T extends readonly (infer Each)[] ? readonly Worded<Each>[] : T extends object ? { [Key in keyof T]: Worded<T[Key]> } : T
type PropsOf<C> = C extends new (...values: never[]) => { $props: infer Props } ? Worded<Omit<Props, keyof VNodeProps | keyof AllowedComponentProps>> : Record<string, unknown>

/** What a slot holds: words, an element or component, or several of them. */
export type Part = Text | string | { of: Component | string; props?: Record<string, unknown>; slot?: Slot }
export type Slot = Part | readonly Part[]

/** What somebody finds by its role and its whole name, as screen readers tell them. */
export interface Found {
  role: string
  name?: Text | string
}

/** What somebody does with something found, and the event with its value that the component answers with. */
export type Act = { on: Found; emits: readonly unknown[] } & ({ press: true } | { type: string } | { choose: string } | { key: string })

export interface Example<Props = Record<string, unknown>> {
  /** when it is like this */
  name: Text
  props: Props
  slot?: Slot
  /** What people find in it; each is looked for by the tests, in both languages. */
  shows: readonly Found[]
  /** Words that stand in it. */
  says?: readonly (Text | string)[]
  acts?: readonly Act[]
  /** A dialog: shown by its `open()`. */
  opens?: true
}

/** A component with its examples: its part of `/_components`, its unit tests and its axe tests are made from them. */
export interface Examples {
  name: string
  component: Component
  /** what it is for, in a sentence */
  about: Text
  examples: readonly Example[]
}

/** Examples whose props the compiler compares with the component's own. */
export function examplesOf<C extends Component>(name: string, component: C, about: Text, examples: readonly Example<PropsOf<C>>[]): Examples {
  return { name, component, about, examples: examples as readonly Example[] }
}
