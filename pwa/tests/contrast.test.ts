import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import pairs from './pairs.json'

const root = new URL('../src/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const tokens = read('styles/tokens.css')

/** The colours of one scheme: the dark ones stand in the block for dark screens and replace the light ones. */
function coloursOf(scheme: 'light' | 'dark'): Record<string, string> {
  const [light = '', dark = ''] = tokens.split('@media (prefers-color-scheme: dark)')
  const declared = (text: string) => Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{3,6});/g)].map((match) => [match[1]!, match[2]!]))
  return scheme === 'light' ? declared(light) : { ...declared(light), ...declared(dark) }
}

/** Relative luminance (WCAG 2.2) of `#rgb` or `#rrggbb`. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? Array.from(colour.slice(1), (digit) => digit + digit) : colour.slice(1).match(/../g)!
  const [red, green, blue] = digits.map((pair) => Number.parseInt(pair, 16) / 255).map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Contrast ratio, 1 to 21 (WCAG 2.2). */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((left, right) => left - right) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Every rule of the app's styles: its selector and its declarations, those of nested blocks too. */
function rules(): { selector: string; body: string }[] {
  const styles = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:css|vue)$/.test(path) && path !== 'styles/tokens.css')
    .map((path) => (path.endsWith('.vue') ? [...read(path).matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]).join('\n') : read(path)))
    .join('\n')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
  return [...styles.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map((match) => ({ selector: match[1]!.trim(), body: match[2]! }))
}
const tokenOf = (body: string, property: string): string | undefined => new RegExp(`(?:^|[;\\s])${property}: var\\(--([\\w-]+)\\)`).exec(body)?.[1]

test('the ratio is that of the definition', () => {
  expect([contrast('#000', '#ffffff'), contrast('#fff', '#fff'), Math.round(contrast('#777', '#fff') * 100) / 100]).toEqual([21, 1, 4.48])
})

describe.each(['light', 'dark'] as const)('on a %s screen', (scheme) => {
  const colours = coloursOf(scheme)
  const least = (wanted: number, given: string[][]) => given.map(([one, other]) => ({ pair: `${one} on ${other}`, ratio: contrast(colours[one!]!, colours[other!]!) })).filter(({ ratio }) => !(ratio >= wanted))

  test('every text reaches 4.5 on every ground it stands on', () => expect(least(4.5, pairs.texts)).toEqual([]))
  test('every shape that means something reaches 3 on its ground', () => expect(least(3, pairs.shapes)).toEqual([]))
  test('words on the soft ground of their own hue reach what the look asks for', () => {
    expect(least(scheme === 'light' ? 5.3 : 6.5, ['primary', 'success', 'warning', 'danger'].map((hue) => [hue, `soft-${hue}`]))).toEqual([])
  })
  test('body text reaches 7 on paper and field, and what supports it on paper', () => expect(least(7, [['ink', 'paper'], ['ink', 'field'], ['ink-2', 'paper']])).toEqual([]))
})

test('every pair that a rule of the styles names is among those computed', () => {
  const named = rules().flatMap(({ body }) => {
    const text = tokenOf(body, 'color')
    const ground = tokenOf(body, 'background(?:-color)?')
    return text && ground ? [`${text} on ${ground}`] : []
  })
  expect(named.length).toBeGreaterThan(15)
  expect([...new Set(named)].filter((pair) => !pairs.texts.some(([text, ground]) => pair === `${text} on ${ground}`))).toEqual([])
})

test('every token that gives a text or a shape its colour is computed on some ground', () => {
  const used = rules().map(({ body }) => tokenOf(body, 'color')).filter((token) => token !== undefined)
  expect([...new Set(used)].filter((token) => ![...pairs.texts, ...pairs.shapes].some(([text]) => text === token))).toEqual([])
})

test('colours that are the same in every scheme reach 4.5 too, and no others stand outside the tokens', () => {
  // Codes and letters are black on white; the band of a certificate and of a verdict keep their colours, whoever looks at them.
  const fixed = [['#000', '#fff'], ['#fff', '#0a5ba8'], ['#0b6b3a', '#fff'], ['#8a5a00', '#fff'], ['#b3261e', '#fff'], ['#1b1f24', '#f5c04a'], ['#fff', '#4a5560'], ['#666', '#fff']]
  expect(fixed.map(([one, other]) => contrast(one!, other!)).filter((ratio) => ratio < 4.5)).toEqual([])
  const shades = ['#0f131799', '#0f1317cc', '#ffffff66']
  const found = rules().flatMap(({ selector, body }) => [...body.matchAll(/#[0-9a-f]{3,8}\b/gi)].map((match) => ({ selector, colour: match[0].toLowerCase() })))
  expect(found.filter(({ colour }) => ![...fixed.flat(), ...shades].includes(colour))).toEqual([])
})
