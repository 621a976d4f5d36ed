import type { rest as original } from '../zh/rest'

export const rest: Record<keyof typeof original, string> = {
  'page.back': 'Back',
  'missing.title': 'Page not found',
  'missing.text': 'The address may be wrong, or the content has moved.',
  'missing.home': 'Go home',
  'field.choose': 'Choose',
  'file.take': 'Take a photo',
  'file.choose': 'Choose a picture',
  'file.remove': 'Remove {name}',
  'file.refused.type': 'Only JPEG or PNG pictures. Choose another',
  'file.refused.size': 'This one is {size}. Choose one up to {limit}, or take it again',
  'form.errors': '{n} to put right',
  'form.error': '{label}: {text}',
  'dialog.cancel': 'Not now',
}
