import type { Examples } from './example'

const found = import.meta.glob<{ default: Examples }>('../components/*/examples.ts', { eager: true })

/** The examples of every component, by its name. */
export const all: readonly Examples[] = Object.values(found).map((module) => module.default).sort((left, right) => left.name.localeCompare(right.name))
