/** Roles and names as screen readers tell them, as far as the components’ own markup needs it. The browser tests ask Chromium’s own tree. */

const ROLES: Record<string, string> = { BUTTON: 'button', TEXTAREA: 'textbox', SELECT: 'combobox', FIELDSET: 'group', NAV: 'navigation', ARTICLE: 'article', PROGRESS: 'progressbar', DIALOG: 'dialog', H1: 'heading', H2: 'heading', H3: 'heading', OL: 'list', UL: 'list', LI: 'listitem', DT: 'term', DD: 'definition', IMG: 'img' }
const NAMED_BY_CONTENT = ['button', 'link', 'heading', 'tab', 'listitem', 'term', 'definition']

/** The role of an element; an input for a day has none of its own and is called `date` here. */
export function roleOf(element: Element): string {
  const given = element.getAttribute('role')
  if (given) return given
  if (element.tagName === 'A') return element.hasAttribute('href') ? 'link' : ''
  if (element.tagName === 'SECTION') return element.hasAttribute('aria-label') || element.hasAttribute('aria-labelledby') ? 'region' : ''
  if (element.tagName === 'INPUT') {
    const type = element.getAttribute('type') ?? 'text'
    return type === 'checkbox' || type === 'radio' || type === 'date' || type === 'file' ? type : type === 'search' ? 'searchbox' : 'textbox'
  }
  return ROLES[element.tagName] ?? ''
}

function wordsOf(node: Node): string {
  if (node.nodeType === 3) return node.textContent ?? ''
  if (!('getAttribute' in node) || (node as Element).getAttribute('aria-hidden') === 'true') return ''
  return [...node.childNodes].map(wordsOf).join(' ')
}
const squeezed = (words: string): string => words.replaceAll(/\s+/g, '')

/** The name of an element without its blanks, which the browser puts by the styles. */
export function nameOf(element: Element): string {
  const by = element.getAttribute('aria-labelledby')
  if (by) return squeezed(by.split(' ').map((id) => wordsOf(element.ownerDocument.getElementById(id) ?? element.ownerDocument.createElement('i'))).join(''))
  const label = element.getAttribute('aria-label')
  if (label) return squeezed(label)
  if (element.id) {
    const named = element.ownerDocument.querySelector(`label[for="${element.id}"]`)
    if (named) return squeezed(wordsOf(named))
  }
  const around = ['INPUT', 'SELECT', 'TEXTAREA'].includes(element.tagName) ? element.closest('label') : null
  if (around) return squeezed(wordsOf(around))
  const legend = element.tagName === 'FIELDSET' ? element.querySelector('legend') : null
  if (legend) return squeezed(wordsOf(legend))
  return NAMED_BY_CONTENT.includes(roleOf(element)) ? squeezed(wordsOf(element)) : ''
}

/** Every element of that role and, if one is asked for, that whole name. */
export function found(within: ParentNode, role: string, name?: string): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>('*')].filter((element) => roleOf(element) === role && (name === undefined || nameOf(element) === squeezed(name)))
}
