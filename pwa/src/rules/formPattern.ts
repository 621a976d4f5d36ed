/**
 * The regular expressions a form may hold, read by one small grammar and matched in linear time, so that no pattern
 * means two things and none can hang a phone. The grammar is that of the twin, `backend/foundation/form_pattern.py`.
 */

const MAX_LENGTH = 1000
const MAX_REPEAT = 1000
const MAX_EXPANDED = 10_000
const MAX_GROUPS = 32
const LAST = 0x10ffff

type Ranges = [number, number][]
type Node =
  | { kind: 'set'; ranges: Ranges }
  | { kind: 'anchor'; end: boolean }
  | { kind: 'sequence'; parts: Node[] }
  | { kind: 'alternatives'; parts: Node[] }
  | { kind: 'repeat'; part: Node; least: number; most: number | null }
interface Read { node: Node; size: number; quantified: boolean }

const CONTROLS = new Map([['t', 9], ['n', 10], ['v', 11], ['f', 12], ['r', 13]])
const DIGIT: Ranges = [[48, 57]]
const WORD: Ranges = [[48, 57], [65, 90], [95, 95], [97, 122]]
const SPACE: Ranges = [
  [9, 13], [32, 32], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f],
  [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff],
]
const LINE_ENDS: Ranges = [[10, 10], [13, 13], [0x2028, 0x2029]]
const CLASSES = new Map([
  ['d', DIGIT], ['w', WORD], ['s', SPACE], ['D', complement(DIGIT)], ['W', complement(WORD)], ['S', complement(SPACE)],
])

/** The pattern is outside the grammar or its bounds. */
export class PatternRefused extends Error {}

/** Every scalar value outside `ranges`; surrogates are in no set. */
function complement(ranges: Ranges): Ranges {
  const found: Ranges = []
  let free = 0
  for (const [first, last] of [...ranges, [0xd800, 0xdfff] as [number, number]].sort((a, b) => a[0] - b[0])) {
    if (first > free) found.push([free, first - 1])
    free = Math.max(free, last + 1)
  }
  if (free <= LAST) found.push([free, LAST])
  return found
}

class Reader {
  at = 0
  anchors = 0
  constructor(readonly text: readonly string[], readonly strict: boolean) {}

  peek(): string {
    return this.text[this.at] ?? ''
  }

  take(): string {
    const character = this.text[this.at++]
    if (character === undefined) throw new PatternRefused()
    return character
  }

  refuseWhenStrict(): void {
    if (this.strict) throw new PatternRefused()
  }

  alternatives(groups: number): Read {
    const parts = [this.sequence(groups)]
    while (this.peek() === '|') {
      if (groups === 0) this.refuseWhenStrict()
      this.at++
      parts.push(this.sequence(groups))
    }
    return {
      node: { kind: 'alternatives', parts: parts.map((part) => part.node) },
      size: parts.reduce((total, part) => total + part.size + 1, 0),
      quantified: parts.some((part) => part.quantified),
    }
  }

  sequence(groups: number): Read {
    const parts: Node[] = []
    let size = 0
    let quantified = false
    while (!['', '|', ')'].includes(this.peek())) {
      if (this.peek() === '^' || this.peek() === '$') {
        parts.push(this.anchor(groups))
        size++
        continue
      }
      const inner = this.atom(groups)
      const repeat = this.quantifier()
      if (repeat !== null && inner.quantified) this.refuseWhenStrict()
      quantified = quantified || inner.quantified || repeat !== null
      parts.push(repeat === null ? inner.node : { kind: 'repeat', part: inner.node, least: repeat.least, most: repeat.most })
      size += inner.size * (repeat === null ? 1 : repeat.times)
      if (size > MAX_EXPANDED) throw new PatternRefused()
    }
    return { node: { kind: 'sequence', parts }, size, quantified }
  }

  anchor(groups: number): Node {
    const end = this.peek() === '$'
    if (groups > 0 || this.at !== (end ? this.text.length - 1 : 0)) this.refuseWhenStrict()
    this.anchors++
    this.at++
    return { kind: 'anchor', end }
  }

  atom(groups: number): Read {
    const character = this.take()
    if (character === '(') return this.group(groups + 1)
    let ranges: Ranges
    if (character === '[') ranges = this.set()
    else if (character === '\\') ranges = this.escape()
    else if (character === '.') {
      this.refuseWhenStrict()
      ranges = complement(LINE_ENDS)
    } else if (/[$^*+?\])}{|]/.test(character)) throw new PatternRefused()
    else ranges = [scalar(character.codePointAt(0) as number)]
    return { node: { kind: 'set', ranges }, size: 1, quantified: false }
  }

  group(groups: number): Read {
    if (groups > MAX_GROUPS) throw new PatternRefused()
    if (this.peek() === '?') {
      this.at++
      if (this.take() !== ':') throw new PatternRefused()
    }
    const read = this.alternatives(groups)
    if (this.take() !== ')') throw new PatternRefused()
    return read
  }

  /** The bounds of a quantifier and how many copies of its atom it stands for; null when there is none. */
  quantifier(): { least: number; most: number | null; times: number } | null {
    const mark = this.peek()
    if (mark === '' || !'*+?{'.includes(mark)) return null
    this.at++
    let least = mark === '+' ? 1 : 0
    let most: number | null = mark === '?' ? 1 : null
    let times = 1
    if (mark === '{') {
      least = this.number()
      most = least
      if (this.peek() === ',') {
        this.at++
        most = this.peek() === '}' ? null : this.number()
      }
      if (this.take() !== '}' || (most !== null && most < least)) throw new PatternRefused()
      times = Math.max(1, most ?? least + 1)
    }
    if (this.peek() === '?') this.at++
    return { least, most, times }
  }

  number(): number {
    let digits = ''
    while (/[0-9]/.test(this.peek())) digits += this.take()
    if (digits === '' || digits.length > 4 || Number(digits) > MAX_REPEAT) throw new PatternRefused()
    return Number(digits)
  }

  set(): Ranges {
    const negated = this.peek() === '^'
    if (negated) this.at++
    const ranges: Ranges = []
    while (this.peek() !== ']') {
      const first = this.member()
      if (this.peek() === '-' && !['', ']'].includes(this.text[this.at + 1] ?? '')) {
        this.at++
        const from = single(first)
        const to = single(this.member())
        if (from > to) throw new PatternRefused()
        ranges.push([from, to])
      } else ranges.push(...first)
    }
    this.at++
    if (ranges.length === 0) throw new PatternRefused()
    return negated ? complement(ranges) : ranges
  }

  member(): Ranges {
    const character = this.take()
    return character === '\\' ? this.escape() : [scalar(character.codePointAt(0) as number)]
  }

  escape(): Ranges {
    const letter = this.take()
    if (/[!-/:-@[-`{-~]/.test(letter)) return [scalar(letter.charCodeAt(0))]
    if (letter === 'u') return [scalar(this.unicodeEscape())]
    if (letter !== 'd') this.refuseWhenStrict()
    const control = CONTROLS.get(letter)
    const ranges = control === undefined ? CLASSES.get(letter) : [scalar(control)]
    if (ranges === undefined) throw new PatternRefused()
    return ranges
  }

  unicodeEscape(): number {
    const first = this.fourDigits()
    if (first >= 0xd800 && first <= 0xdbff && this.peek() === '\\' && this.text[this.at + 1] === 'u') {
      this.at += 2
      const second = this.fourDigits()
      if (second >= 0xdc00 && second <= 0xdfff) return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
    }
    return first
  }

  fourDigits(): number {
    const digits = this.text.slice(this.at, this.at + 4).join('')
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new PatternRefused()
    this.at += 4
    return parseInt(digits, 16)
  }
}

function scalar(value: number): [number, number] {
  if (value >= 0xd800 && value <= 0xdfff) throw new PatternRefused()
  return [value, value]
}

function single(ranges: Ranges): number {
  const range = ranges[0]
  if (ranges.length !== 1 || range === undefined || range[0] !== range[1]) throw new PatternRefused()
  return range[0]
}

function read(text: string, strict: boolean): Node {
  const characters = [...text]
  if (characters.length > MAX_LENGTH) throw new PatternRefused()
  const reader = new Reader(characters, strict)
  const { node, size } = reader.alternatives(0)
  if (reader.at !== characters.length || size > MAX_EXPANDED) throw new PatternRefused()
  if (strict && (characters.length < 2 || reader.anchors !== 2)) throw new PatternRefused()
  return node
}

/** Throws PatternRefused when `text` is outside the grammar; `strict` is what may be published. */
export function checkPattern(text: string, strict: boolean): void {
  read(text, strict)
}

type Step =
  | { kind: 'set'; ranges: Ranges }
  | { kind: 'anchor'; end: boolean }
  | { kind: 'fork'; to: number[] }
  | { kind: 'match' }

/** Thompson's construction: a program whose set of live steps is followed once a character. */
function compile(node: Node, program: Step[]): void {
  if (node.kind === 'set' || node.kind === 'anchor') program.push(node)
  else if (node.kind === 'sequence') for (const part of node.parts) compile(part, program)
  else if (node.kind === 'alternatives') compileAlternatives(node.parts, program)
  else compileRepeat(node.part, node.least, node.most, program)
}

function fork(program: Step[]): number[] {
  const to = [program.length + 1]
  program.push({ kind: 'fork', to })
  return to
}

function compileAlternatives(parts: readonly Node[], program: Step[]): void {
  const ends: number[][] = []
  parts.forEach((part, index) => {
    const start = index < parts.length - 1 ? fork(program) : null
    compile(part, program)
    if (start !== null) {
      const end = fork(program)
      end.length = 0
      ends.push(end)
      start.push(program.length)
    }
  })
  for (const end of ends) end.push(program.length)
}

function compileRepeat(part: Node, least: number, most: number | null, program: Step[]): void {
  for (let copy = 0; copy < least; copy++) compile(part, program)
  if (most === null) {
    const loop = program.length
    const start = fork(program)
    compile(part, program)
    const back = fork(program)
    back.length = 0
    back.push(loop)
    start.push(program.length)
    return
  }
  const skips: number[][] = []
  for (let copy = least; copy < most; copy++) {
    skips.push(fork(program))
    compile(part, program)
  }
  for (const skip of skips) skip.push(program.length)
}

/** A matcher that says whether the pattern is found anywhere in a text; throws PatternRefused. */
export function patternMatcher(text: string): (subject: string) => boolean {
  const program: Step[] = []
  compile(read(text, false), program)
  program.push({ kind: 'match' })
  return (subject) => run(program, [...subject].map((character) => character.codePointAt(0) as number))
}

function run(program: readonly Step[], subject: readonly number[]): boolean {
  const reached = new Int32Array(program.length).fill(-1)
  let live: number[] = []
  for (let at = 0; at <= subject.length; at++) {
    // A match may begin at every character; anchors hold it back where it may not.
    const waiting = [0, ...live].reverse()
    const sets: number[] = []
    while (waiting.length > 0) {
      const index = waiting.pop() as number
      if (reached[index] === at) continue
      reached[index] = at
      const step = program[index] as Step
      if (step.kind === 'match') return true
      if (step.kind === 'set') sets.push(index)
      else if (step.kind === 'fork') waiting.push(...step.to)
      else if (at === (step.end ? subject.length : 0)) waiting.push(index + 1)
    }
    const character = subject[at]
    if (character === undefined) return false
    live = sets
      .filter((index) => (program[index] as Extract<Step, { kind: 'set' }>).ranges.some(([first, last]) => first <= character && character <= last))
      .map((index) => index + 1)
  }
  return false
}
