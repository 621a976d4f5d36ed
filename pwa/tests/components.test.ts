// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApp, h, nextTick, ref, type App } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadRestOfIcons, shapes } from '../src/components/Icon/shapes'
import type { Act, Example, Examples, Found } from '../src/gallery/example'
import { all } from '../src/gallery/all'
import { partsOf, told } from '../src/gallery/told'
import { loadRestOfMessages, say, setLanguage } from '../src/messages'
import { found } from './accessible'

/** Parts of the app's frame that show what the tab does, and nothing that is given to them. */
const WITHOUT_EXAMPLES = ['ActingBar']
const source = join(import.meta.dirname, '..', 'src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
const named = files.filter((path) => /^components\/.*\.vue$/.test(path)).map((path) => path.replace(/^.*\/|\.vue$/g, ''))

let app: App | null = null
let warnings: string[] = []
let answers: unknown[][] = []

beforeAll(async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
  await Promise.all([loadRestOfMessages(), loadRestOfIcons()])
})
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  warnings = []
  answers = []
})
afterEach(async () => {
  app?.unmount()
  app = null
  document.body.innerHTML = ''
  vi.useRealTimers()
  await setLanguage('zh')
})

/** Draws an example alone on a page, waits as long as it takes to say that something is on its way, and opens what opens. */
async function drawn(of: Examples, example: Example): Promise<void> {
  const events = ((of.component as { emits?: string[] | Record<string, unknown> }).emits ?? []) as string[]
  const heard = Object.fromEntries(events.map((event) => [`on${event.charAt(0).toUpperCase()}${event.slice(1)}`, (...values: unknown[]) => answers.push([event, ...values])]))
  const shown = ref<{ open?: () => void } | null>(null)
  app = createApp({ render: () => h(of.component, { ...(told(example.props) as object), ...heard, ref: shown }, example.slot === undefined ? undefined : () => partsOf(example.slot!)) })
  app.config.warnHandler = (message) => warnings.push(message)
  app.use(createRouter({ history: createMemoryHistory(), routes: [{ path: '/:anywhere(.*)*', component: {} }] }))
  app.mount(document.body.appendChild(document.createElement('div')))
  vi.advanceTimersByTime(400)
  if (example.opens) shown.value?.open?.()
  await nextTick()
}

const sought = ({ role, name }: Found): HTMLElement[] => found(document, role, name === undefined ? undefined : say(name))

function perform(act: Act): void {
  const [on] = sought(act.on)
  if (!on) throw new Error(`nothing is a ${act.on.role} named ${say(act.on.name)}`)
  if ('press' in act) on.click()
  else if ('key' in act) on.dispatchEvent(new KeyboardEvent('keydown', { key: act.key, bubbles: true }))
  else {
    ;(on as HTMLInputElement).value = 'type' in act ? act.type : act.choose
    on.dispatchEvent(new Event('type' in act ? 'input' : 'change', { bubbles: true }))
  }
}

const examples = all.flatMap((of) => of.examples.map((example) => ({ title: `${of.name}: ${example.name.en}`, of, example })))

describe.each(['zh', 'en'] as const)('in %s', (language) => {
  test.each(examples)('$title shows what people look for', async ({ of, example }) => {
    await setLanguage(language)
    await drawn(of, example)
    expect(example.shows.filter((each) => sought(each).length === 0)).toEqual([])
    const words = document.body.textContent?.replaceAll(/\s+/g, '') ?? ''
    expect((example.says ?? []).map(say).filter((each) => !words.includes(each.replaceAll(/\s+/g, '')))).toEqual([])
    expect(warnings).toEqual([])
  })
})

const acts = examples.flatMap(({ title, of, example }) => (example.acts ?? []).map((act, index) => ({ title: `${title}, ${index + 1}`, of, example, act })))

test.each(acts)('$title answers what is done with it', async ({ of, example, act }) => {
  await drawn(of, example)
  perform(act)
  expect(answers.map((answer) => answer.slice(0, Math.max(1, act.emits.length)))).toEqual(act.emits.length ? [act.emits] : [])
})

test('every component has examples, of which no two have one name', () => {
  expect(all.map((of) => of.name)).toEqual(named.filter((name) => !WITHOUT_EXAMPLES.includes(name)).sort((left, right) => left.localeCompare(right)))
  for (const of of all) expect(new Set(of.examples.map((example) => example.name.zh)).size).toBe(of.examples.length)
})

test('every component is used by a screen or by another component', () => {
  const product = files.filter((path) => /\.(?:vue|ts)$/.test(path) && !/^gallery\/|(?:^|\/)examples(?:\/|\.ts$)/.test(path)).map((path) => readFileSync(join(source, path), 'utf8')).join('\n')
  expect(named.filter((name) => !product.includes(`/${name}.vue'`))).toEqual([])
})

test('a dialog that is taken away while it is open gives the focus back', async () => {
  const before = document.body.appendChild(document.createElement('button'))
  before.focus()
  const dialog = all.find((of) => of.name === 'Dialog')!
  await drawn(dialog, dialog.examples[0]!)
  const [open] = found(document, 'dialog') as HTMLDialogElement[]
  expect([open?.open, document.activeElement?.tagName]).toEqual([true, 'H2'])
  app?.unmount()
  app = null
  expect(open?.open).toBe(false)
})

test('icons are of one family: drawn by one component on a grid of 24, each a single path that stays on it', () => {
  const drawing = files.filter((path) => path.endsWith('.vue') && readFileSync(join(source, path), 'utf8').includes('<svg')).map((path) => path.replace(/^.*\/|\.vue$/g, ''))
  // The ring of a live code counts down; a row of the queue draws its days, a verdict has a shape of its own; the city’s mark and codes are no icons.
  expect(drawing.sort()).toEqual(['CertificateScreen', 'Icon', 'Mark', 'QrPanel', 'QueueRow', 'VerdictCard'])
  const beyond = Object.entries(shapes).filter(([, path]) => [...path.matchAll(/[MHVLC]\s*([\d.]+)[ ,]?([\d.]+)?/g)].some((match) => [match[1], match[2]].some((part) => part !== undefined && Number(part) > 24)))
  expect(beyond.map(([name]) => name)).toEqual([])
})
