/**
 * Finding items in the words that people type, on the phone and offline. `backend/catalogue/search.py` does the same,
 * rule for rule, and says how a query is read and what an item is worth; a test compares them.
 */
import type { ItemList } from './api/types'

export type Way = 'text' | 'pinyin' | 'initials' | 'words' | 'typo'

/** An item that answers a query: by what, in which of its terms, and which characters (code points) of the term. */
export interface Found {
  key: string
  score: number
  way: Way
  term: string
  marked: [from: number, until: number] | null
  understood: string
}

export const MAXIMUM_QUERY = 60

type Kind = 'text' | 'pinyin' | 'initials' | 'mixed' | 'typo'
//  hit        whole  start  inside
const SCORES: Record<Kind, [number, number, number]> = {
  text: [1000, 800, 700], // as it is written
  pinyin: [900, 720, 620], // by whole syllables, juzhuzheng
  initials: [880, 700, 600], // by first letters, jzz
  mixed: [860, 660, 560], // both, or with characters: juzz, 居zhu证
  typo: [520, 480, 440], // one character or letter wrong, missing, too many, or two swapped
}
/** A term is part of the query: and for each of its characters. */
const HELD = 540
const HELD_EACH = 14
/** Taken off for a query that was not read as typed. */
const ANOTHER_WAY = [0, 20, 40]
const COVERED = 300
const EVERYDAY = 4
const FILLABLE = 3
/** Items looked at closely. */
const CANDIDATES = 60
/** Entries of posting lists read for a query, the rarest pieces first. */
const POSTINGS = 6000

/** A name of an item: as shown, its letters and characters, how each is read, and where each stands in `shown`. */
interface Term {
  shown: string
  length: number
  text: string
  syllables: string[]
  letters: string
  initials: string
  places: number[]
}

interface Entry {
  key: string
  worth: number
  terms: Term[]
}

/** Everything that a search reads; `pieces` and `told` (of summaries) are posting lists of entry numbers. */
export interface Index {
  entries: Entry[]
  pieces: Map<string, number[]>
  told: Map<string, number[]>
  traditional: Record<string, string>
  stopWords: Set<string>
  stopPhrases: RegExp | null
  synonyms: Record<string, string>
  spoken: RegExp | null
}

const isHan = (letter: string): boolean => letter >= '\u3400' && letter <= '\u9fff'
const hasHan = (text: string): boolean => /[\u3400-\u9fff]/.test(text)
const own = <T>(record: Record<string, T>, key: string): T | undefined => (Object.hasOwn(record, key) ? record[key] : undefined)
const fewer = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Lower-case Latin words and digits and runs of Chinese, simplified; all else only parts them. */
function runs(text: string, traditional: Record<string, string>): string[] {
  const simple = [...text.normalize('NFKC').toLowerCase()].map((each) => own(traditional, each) ?? each)
  return simple.map((each) => (/^[a-z0-9\u3400-\u9fff]+$/.test(each) ? each : ' ')).join('').split(' ').filter((each) => each !== '')
}

function termOf(shown: string, syllables: string[]): Term {
  const places: number[] = []
  let text = ''
  const letters = [...shown]
  letters.forEach((letter, place) => {
    const kept = runs(letter, {}).join('')
    text += kept
    for (let each = 0; each < kept.length; each++) places.push(place)
  })
  const read = syllables.length === text.length ? syllables : []
  return { shown, length: letters.length, text, syllables: read, letters: read.join('') || text, initials: read.map((each) => each[0]).join(''), places }
}

function threes(letters: string): string[] {
  return Array.from({ length: Math.max(0, letters.length - 2) }, (_, at) => letters.slice(at, at + 3))
}

function characters(text: string): string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; at++) {
    if (!isHan(text[at]!)) continue
    found.push(text[at]!)
    if (at + 1 < text.length && isHan(text[at + 1]!)) found.push(text.slice(at, at + 2))
  }
  return found
}

function initialPieces(initials: string): string[] {
  const found = initials ? [`^${initials[0]}`] : []
  for (let at = 0; at + 1 < initials.length; at++) found.push(`-${initials.slice(at, at + 2)}`)
  return found
}

function anyOf(words: string[]): RegExp | null {
  const longestFirst = [...words].sort((left, right) => right.length - left.length || fewer(left, right))
  return longestFirst.length ? new RegExp(longestFirst.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g') : null
}

function post(lists: Map<string, number[]>, piece: string, number: number): void {
  const list = lists.get(piece)
  if (list) list.push(number)
  else lists.set(piece, [number])
}

/** Builds the index of a list of items; pauses (yields) after every fifty, so that a long list need not stop the page. */
export function* building(list: ItemList): Generator<undefined, Index> {
  const { traditional = {}, stop_words: stopWords = [], synonyms = {} } = list.search ?? {}
  const worthOf = new Map(list.items.map((item) => [item.key, EVERYDAY * item.everyday + (item.fillable ? FILLABLE : 0)]))
  const entries: Entry[] = []
  const pieces = new Map<string, number[]>()
  const told = new Map<string, number[]>()
  for (const item of [...list.items].sort((left, right) => worthOf.get(right.key)! - worthOf.get(left.key)! || fewer(left.key, right.key))) {
    const number = entries.length
    const terms = [item.name.zh, ...item.aliases].map((name, at) => termOf(name, (at ? (item.alias_pinyin[at - 1] ?? '') : item.pinyin).split(' ')))
    terms.push(termOf(item.name.en, []))
    entries.push({ key: item.key, worth: worthOf.get(item.key)!, terms })
    const owned = new Set(terms.flatMap((term) => [...characters(term.text), ...threes(term.letters), ...initialPieces(term.initials)]))
    for (const piece of owned) post(pieces, piece, number)
    for (const piece of new Set(characters(runs(item.summary.zh, {}).join('')))) if (!owned.has(piece)) post(told, piece, number)
    if (number % 50 === 49) yield
  }
  return { entries, pieces, told, traditional, stopWords: new Set(stopWords), stopPhrases: anyOf(stopWords.filter(hasHan)), synonyms, spoken: anyOf(Object.keys(synonyms)) }
}

/** The index of a list of items, at once. */
export function indexOf(list: ItemList): Index {
  const build = building(list)
  for (;;) {
    const step = build.next()
    if (step.done) return step.value
  }
}

/** The items that answer a query, the nearest first; of a longer one the first sixty characters count. Pure. */
export function find(index: Index, query: string, limit = 20): Found[] {
  const best = new Map<number, Found>()
  readings(index, query).forEach((typed, way) => {
    for (const [number, found] of foundBy(index, typed, ANOTHER_WAY[way]!)) {
      if (found.score > (best.get(number)?.score ?? 0)) best.set(number, found)
    }
  })
  const ranked = [...best].sort((left, right) => right[1].score - left[1].score || left[0] - right[0])
  // What is far behind the best is no answer beside it.
  return ranked.filter(([, found]) => found.score * 5 >= ranked[0]![1].score * 2).slice(0, limit).map(([, found]) => found)
}

function readings(index: Index, query: string): string[] {
  const words = runs([...query].slice(0, MAXIMUM_QUERY).join(''), index.traditional)
  const bare = (parts: string[]): string =>
    parts.filter((each) => !index.stopWords.has(each)).map((each) => (index.stopPhrases ? each.replace(index.stopPhrases, '') : each)).join('')
  const typed = words.join('')
  const said = words.map((each) => (index.spoken ? each.replace(index.spoken, (hit) => index.synonyms[hit]!) : each))
  const plain = bare(words)
  // Nothing but 怎么办理: no service is asked for.
  if (!plain && hasHan(typed)) return []
  const second = plain || typed
  const all = [typed, second, said.some((each, at) => each !== words[at]) ? bare(said) || typed : second]
  // A reading that is the same as an earlier one is no other way.
  return all.map((each, at) => (all.indexOf(each) < at ? '' : each))
}

type Hit = { score: number; kind: Kind | 'held'; term: Term; marked: [number, number] | null }

/** What one reading of a query finds, by entry number. */
function foundBy(index: Index, typed: string, less: number): [number, Found][] {
  if (!typed) return []
  const { shares, pairs, total } = sharesOf(index, typed)
  const nearest = [...shares.keys()].sort((left, right) => shares.get(right)! - shares.get(left)! || left - right).slice(0, CANDIDATES)
  const hits = new Map(nearest.map((number) => [number, hitOf(typed, index.entries[number]!.terms)]))
  if (![...hits.values()].some((hit) => hit && hit.kind !== 'held')) {
    // Only when nothing is called what was typed may it have been mistyped.
    for (const number of nearest) hits.set(number, hits.get(number) ?? mistyped(typed, index.entries[number]!.terms))
  }
  const least = hasHan(typed) ? 4 : 2
  const found: [number, Found][] = []
  for (const number of nearest) {
    const entry = index.entries[number]!
    const hit = hits.get(number)
    const share = Math.min(shares.get(number)!, total)
    // A single character in common says nothing by itself.
    if (!hit && (!pairs.has(number) || share * least < total)) continue
    const way = !hit ? 'words' : hit.kind === 'held' ? 'text' : hit.kind === 'mixed' ? 'pinyin' : hit.kind
    const score = (hit?.score ?? 0) + Math.floor((COVERED * share) / (total || 1)) + entry.worth - less
    if (score > 0) found.push([number, { key: entry.key, score, way, term: (hit?.term ?? entry.terms[0]!).shown, marked: hit?.marked ?? null, understood: typed }])
  }
  return found
}

const bits = (number: number): number => 32 - Math.clz32(number)

/** How much of the query each entry has, which have more than single characters of it, and how much there is. */
function sharesOf(index: Index, typed: string): { shares: Map<number, number>; pairs: Set<number>; total: number } {
  const count = index.entries.length
  const latin = typed.match(/[a-z0-9]+/g) ?? []
  const weighed = new Map(characters(typed).map((piece) => [piece, piece.length === 2 ? 8 : 4]))
  for (const piece of latin.flatMap(threes)) weighed.set(piece, 8)
  // First letters lead to candidates, but are no part of what is said.
  const leading = new Set(latin.flatMap(initialPieces))
  const frequency = (piece: string): number => (index.pieces.get(piece)?.length ?? 0) + (weighed.has(piece) ? (index.told.get(piece)?.length ?? 0) : 0)
  const known = [...weighed.keys(), ...leading].map((piece): [number, string] => [frequency(piece), piece])
  known.sort((left, right) => left[0] - right[0] || fewer(left[1], right[1]))
  const shares = new Map<number, number>()
  const pairs = new Set<number>()
  let total = 0
  let read = 0
  for (const [df, piece] of known) {
    const rarity = df ? bits(Math.floor(count / df)) : bits(count) >> 1
    total += rarity * (weighed.get(piece) ?? 0)
    if (!df || (read && read + df > POSTINGS)) continue
    read += df
    const weight = rarity * (weighed.get(piece) ?? 0) || 1
    for (const number of index.pieces.get(piece) ?? []) {
      shares.set(number, (shares.get(number) ?? 0) + weight)
      if (piece.length > 1) pairs.add(number)
    }
    for (const number of index.told.get(piece) ?? []) {
      shares.set(number, (shares.get(number) ?? 0) + (weight >> 2))
      if (piece.length > 1) pairs.add(number)
    }
  }
  // Of three characters with one wrong, single ones may be all that is right.
  if (typed.length > 3) for (const number of shares.keys()) if (!pairs.has(number)) shares.delete(number)
  return { shares, pairs, total }
}

const better = (left: Hit | null, right: Hit | null): Hit | null => (!left || (right && right.score > left.score) ? right : left)
const marks = (term: Term, start: number, end: number): [number, number] => [term.places[start]!, term.places[end - 1]! + 1]

/** The best hit among the terms of an item, or null. */
function hitOf(typed: string, terms: Term[]): Hit | null {
  const latin = /^[a-z]+$/.test(typed)
  const spoken = /[a-z]/.test(typed)
  let best: Hit | null = null
  for (const term of terms) {
    if (!term.text) continue
    const at = term.text.indexOf(typed)
    // Two Latin letters within a word are an accident.
    if (at === 0 || (at > 0 && !(latin && typed.length < 3))) {
      const place = typed.length === term.text.length ? 0 : at ? 2 : 1
      best = better(best, { score: SCORES.text[place], kind: 'text', term, marked: marks(term, at, at + typed.length) })
    } else if (term.text.length >= (isHan(term.text[0]!) ? 2 : 3) && typed.includes(term.text)) {
      best = better(best, { score: HELD + HELD_EACH * Math.min(term.text.length, 10), kind: 'held', term, marked: [0, term.length] })
    }
    if (spoken && term.syllables.length) best = better(best, spokenHit(typed, term))
  }
  return best
}

function spokenHit(typed: string, term: Term): Hit | null {
  let best: Hit | null = null
  for (let start = 0; start < term.text.length; start++) {
    if ((typed[0] !== term.initials[start] && typed[0] !== term.text[start]) || (start && typed.length === 1)) continue
    for (const [end, kinds] of walks(typed, term, 0, start, 0)) {
      const kind = kinds === FULL ? 'pinyin' : kinds === FIRST ? 'initials' : 'mixed'
      const place = start ? 2 : end === term.text.length ? 0 : 1
      best = better(best, { score: SCORES[kind][place], kind, term, marked: marks(term, start, end) })
    }
  }
  return best
}

const FULL = 1
const FIRST = 2
const CHARACTER = 4

/** The ways to read all of `typed` from `at` as the term's characters from `place`: where each ends, and how. */
function walks(typed: string, term: Term, at: number, place: number, kinds: number): [number, number][] {
  if (at === typed.length) return [[place, kinds]]
  if (place >= term.text.length) return []
  const syllable = term.syllables[place]!
  const steps: [number, number][] = []
  if (typed[at] === term.text[place] && isHan(typed[at]!)) steps.push([1, CHARACTER])
  else if (syllable.length > 1 && typed.startsWith(syllable, at)) steps.push([syllable.length, FULL])
  // The last syllable may still be on its way.
  else if (typed.length - at > 1 && syllable.startsWith(typed.slice(at))) steps.push([typed.length - at, FULL])
  if (syllable[1] === 'h' && syllable.length > 2 && typed.startsWith(syllable.slice(0, 2), at)) steps.push([2, FIRST])
  if (typed[at] === syllable[0]) steps.push([1, FIRST])
  return steps.flatMap(([length, kind]) => walks(typed, term, at + length, place + 1, kinds | kind))
}

/** The best term with one typing error, or null. */
function mistyped(typed: string, terms: Term[]): Hit | null {
  const chinese = hasHan(typed)
  const typo = (place: 0 | 1 | 2, term: Term): Hit => ({ score: SCORES.typo[place], kind: 'typo', term, marked: null })
  if (typed.length < (chinese ? 3 : 5)) {
    // First letters may be mistyped too, when there are four of them.
    if (chinese || typed.length < 4) return null
    const term = terms.find((each) => each.initials.length >= 4 && oneApart(typed, each.initials))
    return term ? typo(2, term) : null
  }
  let best: Hit | null = null
  for (const term of terms) {
    let place = near(typed, chinese ? term.text : term.letters)
    if (place === null && !chinese && term.initials && oneApart(typed, term.initials)) place = 2
    if (place !== null) best = better(best, typo(place, term))
  }
  return best
}

/** Where `typed` stands in `text` with one error: 0 whole, 1 at the start, 2 inside, null nowhere. */
function near(typed: string, text: string): 0 | 1 | 2 | null {
  if (oneApart(typed, text)) return 0
  const middle = typed.length >> 1
  const left = typed.slice(0, middle)
  const right = typed.slice(middle)
  for (let at = text.indexOf(left); at >= 0; at = text.indexOf(left, at + 1)) {
    const rest = text.slice(at + middle)
    for (const more of [-1, 0, 1]) if (oneApart(right, rest.slice(0, right.length + more))) return at ? 2 : 1
  }
  for (let at = text.indexOf(right); at >= 0; at = text.indexOf(right, at + 1)) {
    for (const more of [-1, 0, 1]) {
      const length = middle + more
      if (length >= 0 && length <= at && oneApart(left, text.slice(at - length, at))) return at > length ? 2 : 1
    }
  }
  const swapped = typed.slice(0, middle - 1) + typed[middle]! + typed[middle - 1]! + typed.slice(middle + 1)
  const at = text.indexOf(swapped)
  return at < 0 ? null : at ? 2 : 1
}

/** Whether one wrong, missing, further or swapped character (or none) makes one text the other. */
export function oneApart(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  const one = left.slice(start)
  const other = right.slice(start)
  if (one.length !== other.length) return one.length > other.length ? one.slice(1) === other : one === other.slice(1)
  return one.slice(1) === other.slice(1) || (one.length > 1 && one[0] === other[1] && one[1] === other[0] && one.slice(2) === other.slice(2))
}
