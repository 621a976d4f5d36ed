/** Asks whoever works on the page shown; gives whether to go on. */
export type Question = () => Promise<boolean>

let question: Question | null = null

/** Lets the page shown be asked before it is taken away; null once it has nothing to lose. */
export function putQuestion(asked: Question | null): void {
  question = asked
}

/**
 * Whether the page shown may be taken away by what is no way to another page: signing out, another language.
 * Nothing is asked where nothing would be lost.
 */
export const mayLeave: Question = () => question?.() ?? Promise.resolve(true)
