"""Finding items in the words that people type. `pwa/src/search.ts` does the same offline; a test compares them.

An item is known by its terms: its name in both languages and its other names. A query is read in up to three ways: as
typed, without words that name nothing (怎么, 办理), and with spoken words said as the catalogue says them (扯证 →
结婚登记). Each way is held against the items that share most pieces of text with it (posting lists of characters and
pairs; of Latin letters three at a time). What an item is worth is the sum of

    how its nearest term was hit    SCORES, below; the longer a name within a sentence, the more
    how much of the query it has    0 to COVERED, by pieces, a rare piece more than a common one
    how everyday it is              4 for each of the nine steps of `everyday`
    whether it can be filled in     3

and equals are in the order everyday first, fillable first, key. All sums are whole numbers, so that both sides agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import Literal

import msgspec

from backend.city.city import City

MAXIMUM_QUERY = 60
Way = Literal["text", "pinyin", "initials", "words", "typo"]

#  hit                   whole  start  inside
SCORES: Mapping[str, tuple[int, int, int]] = {
    "text": (1000, 800, 700),  # as it is written
    "pinyin": (900, 720, 620),  # by whole syllables, juzhuzheng
    "initials": (880, 700, 600),  # by first letters, jzz
    "mixed": (860, 660, 560),  # both, or with characters: juzz, 居zhu证
    "typo": (520, 480, 440),  # one character or letter wrong, missing, too many, or two swapped
}
HELD, HELD_EACH = 540, 14  # a term is part of the query: and for each of its characters
ANOTHER_WAY = (0, 20, 40)  # taken off for a query that was not read as typed
COVERED = 300
EVERYDAY, FILLABLE = 4, 3
CANDIDATES = 60  # items looked at closely
POSTINGS = 6000  # entries of posting lists read for a query, the rarest pieces first


class Found(msgspec.Struct, frozen=True):
    """An item that answers a query: by what, in which of its terms, and which characters of the term (from, until)."""

    key: str
    score: int
    way: Way
    term: str
    marked: tuple[int, int] | None
    understood: str


class Term(msgspec.Struct, frozen=True):
    """A name of an item: as shown, its letters and characters, how each is read, and where each stands in `shown`."""

    shown: str
    text: str
    syllables: list[str]
    letters: str
    initials: str
    places: list[int]


class Entry(msgspec.Struct, frozen=True):
    """An item in the index."""

    key: str
    worth: int
    terms: list[Term]


class Index(msgspec.Struct, frozen=True):
    """Everything that a search reads; `pieces` and `told` (of summaries) are posting lists of entry numbers."""

    entries: list[Entry]
    pieces: Mapping[str, list[int]]
    told: Mapping[str, list[int]]
    traditional: Mapping[str, str]
    stop_words: frozenset[str]
    stop_phrases: re.Pattern[str] | None
    synonyms: Mapping[str, str]
    spoken: re.Pattern[str] | None


def is_han(letter: str) -> bool:
    """Whether a character is Chinese."""
    return "\u3400" <= letter <= "\u9fff"


def runs(text: str, traditional: Mapping[str, str]) -> list[str]:
    """Lower-case Latin words and digits and runs of Chinese, simplified; all else only parts them."""
    simple = (traditional.get(each, each) for each in unicodedata.normalize("NFKC", text).lower())
    kept = (each if "a" <= each <= "z" or "0" <= each <= "9" or is_han(each) else " " for each in simple)
    return "".join(kept).split()


def term_of(shown: str, syllables: Sequence[str]) -> Term:
    """A term from its words and their reading (empty for English, or not one a character: then it is not read)."""
    text, places = "", []
    for place, letter in enumerate(shown):
        kept = "".join(runs(letter, {}))
        text += kept
        places += [place] * len(kept)
    read = list(syllables) if len(syllables) == len(text) else []
    return Term(shown, text, read, "".join(read) or text, "".join(each[0] for each in read), places)


def _threes(letters: str) -> Iterator[str]:
    for at in range(len(letters) - 2):
        yield letters[at : at + 3]


def _characters(text: str) -> Iterator[str]:
    for at, letter in enumerate(text):
        if is_han(letter):
            yield letter
            if at + 1 < len(text) and is_han(text[at + 1]):
                yield text[at : at + 2]


def _initial_pieces(initials: str) -> Iterator[str]:
    if initials:
        yield f"^{initials[0]}"
    for at in range(len(initials) - 1):
        yield f"-{initials[at : at + 2]}"


def build(
    items: Iterable[tuple[str, int, Sequence[Term], str]],
    traditional: Mapping[str, str],
    stop_words: Sequence[str],
    synonyms: Mapping[str, str],
) -> Index:
    """The index of items: key, worth (everyday and fillable, see the module), terms and summary."""
    entries = list[Entry]()
    pieces, told = dict[str, list[int]](), dict[str, list[int]]()
    for key, worth, terms, summary in sorted(items, key=lambda item: (-item[1], item[0])):
        number = len(entries)
        entries.append(Entry(key, worth, list(terms)))
        own = {
            piece
            for term in terms
            for piece in (*_characters(term.text), *_threes(term.letters), *_initial_pieces(term.initials))
        }
        for piece in own:
            pieces.setdefault(piece, []).append(number)
        for piece in set(_characters("".join(runs(summary, {})))) - own:
            told.setdefault(piece, []).append(number)
    return Index(
        entries,
        pieces,
        told,
        traditional,
        frozenset(stop_words),
        _any_of(each for each in stop_words if is_han(each[0])),
        synonyms,
        _any_of(synonyms),
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


@lru_cache(maxsize=2)
def index_of(city: City) -> Index:
    """The index of a city, from memory after the first time."""
    items = []
    for item in city.items.values():
        names = [(item.guide.name.zh, item.pinyin), *zip(item.aliases, item.alias_pinyin, strict=True)]
        terms = [term_of(name, pinyin.split()) for name, pinyin in names]
        terms.append(term_of(item.guide.name.en, ()))
        worth = EVERYDAY * item.everyday + (FILLABLE if item.guide.fillable else 0)
        items.append((item.key, worth, terms, item.guide.summary.zh))
    return build(items, city.traditional, city.search_words.stop_words, city.search_words.synonyms)


def find(index: Index, query: str, limit: int = 20) -> list[Found]:
    """The items that answer a query, the nearest first; of a longer one the first sixty characters count."""
    best: dict[int, Found] = {}
    for way, typed in enumerate(_readings(index, query)):
        for number, found in _found(index, typed, ANOTHER_WAY[way]):
            if number not in best or found.score > best[number].score:
                best[number] = found
    ranked = sorted(best.items(), key=lambda one: (-one[1].score, one[0]))
    # What is far behind the best is no answer beside it.
    return [found for _, found in ranked if found.score * 5 >= ranked[0][1].score * 2][:limit]


def _readings(index: Index, query: str) -> list[str]:
    words = runs(query[:MAXIMUM_QUERY], index.traditional)

    def bare(parts: Sequence[str]) -> str:
        named = [each for each in parts if each not in index.stop_words]
        cut = index.stop_phrases
        return "".join(cut.sub("", each) if cut else each for each in named)

    typed = "".join(words)
    plain = bare(words)
    if not plain and any(map(is_han, typed)):
        # Nothing but 怎么办理: no service is asked for.
        return []
    said = [index.spoken.sub(lambda hit: index.synonyms[hit[0]], each) for each in words] if index.spoken else words
    readings = [typed, plain or typed]
    readings.append((bare(said) or typed) if said != words else readings[1])
    # A reading that is the same as an earlier one is no other way.
    return [each if each not in readings[:at] else "" for at, each in enumerate(readings)]


def _found(index: Index, typed: str, less: int) -> Iterator[tuple[int, Found]]:
    """What one reading of a query finds, by entry number."""
    if not typed:
        return
    shares, pairs, total = _shares(index, typed)
    nearest = nsmallest(CANDIDATES, shares, key=lambda number: (-shares[number], number))
    hits = {number: _hit(typed, index.entries[number].terms) for number in nearest}
    if not any(hit and hit[1] != "held" for hit in hits.values()):
        # Only when nothing is called what was typed may it have been mistyped.
        for number in nearest:
            hits[number] = hits[number] or _mistyped(typed, index.entries[number].terms)
    chinese = any(map(is_han, typed))
    for number in nearest:
        entry, hit, share = index.entries[number], hits[number], min(shares[number], total)
        # A single character in common says nothing by itself.
        if hit is None and (number not in pairs or share * (4 if chinese else 2) < total):
            continue
        score, kind, term, marked = hit or (0, "words", entry.terms[0], None)
        way: Way = "text" if kind == "held" else "pinyin" if kind == "mixed" else kind  # type: ignore[assignment]
        score += COVERED * share // (total or 1) + entry.worth - less
        if score > 0:
            yield number, Found(entry.key, score, way, term.shown, marked, typed)


def _shares(index: Index, typed: str) -> tuple[dict[int, int], set[int], int]:
    """How much of the query each entry has, which have more than single characters of it, and how much there is.

    Rare pieces weigh more, unknown ones half.
    """
    count = len(index.entries)
    latin = re.findall(r"[a-z0-9]+", typed)
    weighed = {piece: 8 if len(piece) == 2 else 4 for piece in _characters(typed)}
    weighed |= {piece: 8 for run in latin for piece in _threes(run)}
    # First letters lead to candidates, but are no part of what is said.
    leading = {piece for run in latin for piece in _initial_pieces(run)}
    total, read = 0, 0
    shares: dict[int, int] = {}
    pairs = set[int]()
    known = [(len(index.pieces.get(piece, ())) + len(index.told.get(piece, ())), piece) for piece in weighed]
    for df, piece in sorted([*known, *((len(index.pieces.get(piece, ())), piece) for piece in leading)]):
        rarity = (count // df).bit_length() if df else count.bit_length() // 2
        total += rarity * weighed.get(piece, 0)
        if not df or (read and read + df > POSTINGS):
            continue
        read += df
        weight = rarity * weighed.get(piece, 0) or 1
        for number in index.pieces.get(piece, ()):
            shares[number] = shares.get(number, 0) + weight
        for number in index.told.get(piece, ()):
            shares[number] = shares.get(number, 0) + weight // 4
        if len(piece) > 1:
            pairs.update(index.pieces.get(piece, ()), index.told.get(piece, ()))
    # Of three characters with one wrong, single ones may be all that is right.
    return (shares if len(typed) <= 3 else {number: shares[number] for number in pairs}), pairs, total


_Hit = tuple[int, str, Term, tuple[int, int] | None]


def _marks(term: Term, start: int, end: int) -> tuple[int, int]:
    return term.places[start], term.places[end - 1] + 1


def _hit(typed: str, terms: Sequence[Term]) -> _Hit | None:
    """The best hit among the terms of an item, or None."""
    latin = min(typed) >= "a" and max(typed) <= "z"
    spoken = any("a" <= each <= "z" for each in typed)
    best: _Hit | None = None
    for term in terms:
        if not term.text:
            continue
        at = term.text.find(typed)
        # Two Latin letters within a word are an accident.
        if at == 0 or (at > 0 and not (latin and len(typed) < 3)):
            place = 1 if at == 0 else 2
            place = 0 if len(typed) == len(term.text) else place
            best = _better(best, (SCORES["text"][place], "text", term, _marks(term, at, at + len(typed))))
        elif len(term.text) >= (2 if is_han(term.text[0]) else 3) and term.text in typed:
            best = _better(best, (HELD + HELD_EACH * min(len(term.text), 10), "held", term, (0, len(term.shown))))
        if spoken and term.syllables:
            best = _better(best, _spoken(typed, term))
    return best


def _better(left: _Hit | None, right: _Hit | None) -> _Hit | None:
    return right if left is None or (right is not None and right[0] > left[0]) else left


def _spoken(typed: str, term: Term) -> _Hit | None:
    best: _Hit | None = None
    for start, first in enumerate(term.initials):
        if typed[0] not in (first, term.text[start]) or (start and len(typed) == 1):
            continue
        for end, kinds in _walks(typed, term, 0, start):
            kind = "pinyin" if kinds == {"full"} else "initials" if kinds == {"first"} else "mixed"
            place = 2 if start else 0 if end == len(term.text) else 1
            best = _better(best, (SCORES[kind][place], kind, term, _marks(term, start, end)))
    return best


def _walks(typed: str, term: Term, at: int, place: int) -> Iterator[tuple[int, frozenset[str]]]:
    """The ways to read all of `typed` from `at` as the term's characters from `place`: where each ends, and how."""
    if at == len(typed):
        yield place, frozenset()
    elif place < len(term.text):
        syllable = term.syllables[place]
        steps = []
        if typed[at] == term.text[place] and is_han(typed[at]):
            steps.append((1, "character"))
        elif len(syllable) > 1 and typed.startswith(syllable, at):
            steps.append((len(syllable), "full"))
        elif len(typed) - at > 1 and syllable.startswith(typed[at:]):
            # The last syllable may still be on its way.
            steps.append((len(typed) - at, "full"))
        if syllable[1:2] == "h" and len(syllable) > 2 and typed.startswith(syllable[:2], at):
            steps.append((2, "first"))
        if typed[at] == syllable[0]:
            steps.append((1, "first"))
        for length, kind in steps:
            for end, kinds in _walks(typed, term, at + length, place + 1):
                yield end, kinds | {kind}


def _mistyped(typed: str, terms: Sequence[Term]) -> _Hit | None:
    """The best term with one typing error, or None."""
    chinese = any(map(is_han, typed))
    if len(typed) < (3 if chinese else 5):
        # First letters may be mistyped too, when there are four of them.
        if not chinese and len(typed) == 4:
            for term in terms:
                if len(term.initials) >= 4 and one_apart(typed, term.initials):
                    return SCORES["typo"][2], "typo", term, None
        return None
    best: _Hit | None = None
    for term in terms:
        place = _near(typed, term.text if chinese else term.letters)
        if place is None and not chinese and term.initials and one_apart(typed, term.initials):
            place = 2
        if place is not None:
            best = _better(best, (SCORES["typo"][place], "typo", term, None))
    return best


def _near(typed: str, text: str) -> int | None:
    """Where `typed` stands in `text` with one error: 0 whole, 1 at the start, 2 inside, None nowhere.

    With one error, one half of what was typed is right, or the error is a swap across the middle.
    """
    if one_apart(typed, text):
        return 0
    middle = len(typed) // 2
    left, right = typed[:middle], typed[middle:]
    for at in _places(left, text):
        rest = text[at + middle :]
        if any(one_apart(right, rest[: len(right) + more]) for more in (-1, 0, 1)):
            return 2 if at else 1
    for at in _places(right, text):
        before = text[:at]
        for more in (-1, 0, 1):
            length = middle + more
            if 0 <= length <= at and one_apart(left, before[at - length :]):
                return 2 if at > length else 1
    swapped = typed[: middle - 1] + typed[middle] + typed[middle - 1] + typed[middle + 1 :]
    at = text.find(swapped)
    return None if at < 0 else 2 if at else 1


def _places(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def one_apart(left: str, right: str) -> bool:
    """Whether one wrong, missing, further or swapped character (or none) makes one text the other."""
    if abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < len(left) and start < len(right) and left[start] == right[start]:
        start += 1
    one, other = left[start:], right[start:]
    if len(one) == len(other):
        swapped = len(one) > 1 and one[0] == other[1] and one[1] == other[0] and one[2:] == other[2:]
        return swapped or one[1:] == other[1:]
    return one[1:] == other if len(one) > len(other) else one == other[1:]
