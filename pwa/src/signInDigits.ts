/** The digits of what was typed or pasted; full-width digits count. */
const digitsOf = (typed: string): string => typed.normalize('NFKC').replaceAll(/\D/g, '')

/** A mainland mobile number as people write it, with or without +86, blanks and hyphens; null when it is none. */
export function phoneOf(typed: string): string | null {
  const digits = digitsOf(typed).replace(/^(?:00)?86(?=1\d{10}$)/, '')
  return /^1[3-9]\d{9}$/.test(digits) ? digits : null
}

/** The one-time code in what was typed or pasted, the whole message with it too; at most eight digits. */
export const codeOf = (typed: string): string => /(?<!\d)\d{6}(?!\d)/.exec(typed.normalize('NFKC'))?.[0] ?? digitsOf(typed).slice(0, 8)
