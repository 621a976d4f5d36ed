// Finds what a person would name: a control by its label, a button, link, radio or heading by its words, where one can see it.
;(kind, name, group) => {
  const tidy = (text) => (text ?? '').replace(/\s+/g, ' ').trim()
  const visible = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden'
  const words = (element) => tidy(element.getAttribute('aria-label') ?? element.innerText ?? element.textContent)
  const labelled = (element) => {
    const ids = element.getAttribute('aria-labelledby')
    if (ids) return tidy(ids.split(' ').map((id) => document.getElementById(id)?.textContent).join(' '))
    return tidy(element.getAttribute('aria-label') ?? [...(element.labels ?? [])].map((label) => label.textContent).join(' '))
  }
  const groupName = (element) => labelled(element) || tidy(element.querySelector('legend')?.textContent)
  const groups = group ? [...document.querySelectorAll('fieldset, [role=group]')].filter((each) => groupName(each).startsWith(group)) : [document]
  const choices = {
    button: ['button, [role=button]', words, (said) => said === name],
    link: ['a[href]', words, (said) => said.includes(name)],
    radio: ['input[type=radio]', labelled, (said) => said.startsWith(name)],
    field: ['input:not([type=radio]):not([type=file]), textarea, select', labelled, (said) => said === name],
    file: ['input[type=file]', labelled, (said) => said.includes(name)],
  }
  const [selector, naming, fits] = choices[kind]
  for (const root of groups) {
    const found = [...root.querySelectorAll(selector)].find(
      (element) => fits(naming(element)) && (visible(element) || ['radio', 'file'].includes(element.type)),
    )
    // A radio button lies below its label, which is what a finger meets.
    if (found) return kind === 'radio' ? found.labels[0] : found
  }
  return null
}
