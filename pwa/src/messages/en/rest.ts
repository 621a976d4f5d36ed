import type { rest as original } from '../zh/rest'

export const rest: Record<keyof typeof original, string> = {
  'page.back': 'Back',
  'missing.title': 'Page not found',
  'missing.text': 'The address may be wrong, or the content has moved.',
  'missing.home': 'Go home',
}
