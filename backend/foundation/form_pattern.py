"""The regular expressions a form may hold: read by one small grammar, so that every engine means the same by them.

The grammar is a part of ECMAScript's with the u flag. ``strict`` is what may be published; without it also ``.``, ``^``
and ``$`` anywhere, class escapes, control escapes and nested quantifiers are understood. Never lookaround, back
references, ``\\b``, named groups or properties. The twin is ``pwa/src/rules/formPattern.ts``.
"""

from typing import Final

MAX_LENGTH: Final = 1000
MAX_REPEAT: Final = 1000
MAX_EXPANDED: Final = 10_000
MAX_GROUPS: Final = 32

_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|")
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_CONTROLS: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_LAST: Final = 0x10FFFF
Ranges = list[tuple[int, int]]
_DIGIT: Final[Ranges] = [(48, 57)]
_WORD: Final[Ranges] = [(48, 57), (65, 90), (95, 95), (97, 122)]
_SPACE: Final[Ranges] = [
    (9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
]  # fmt: skip
_LINE_ENDS: Final[Ranges] = [(10, 10), (13, 13), (0x2028, 0x2029)]


class PatternRefused(ValueError):
    """The pattern is outside the grammar or its bounds."""


def _complement(ranges: Ranges) -> Ranges:
    """Every scalar value outside ``ranges``; surrogates are in no set."""
    found: Ranges = []
    free = 0
    for first, last in sorted([*ranges, (0xD800, 0xDFFF)]):
        if first > free:
            found.append((free, first - 1))
        free = max(free, last + 1)
    if free <= _LAST:
        found.append((free, _LAST))
    return found


def _class_escape(letter: str) -> Ranges | None:
    ranges = {"d": _DIGIT, "w": _WORD, "s": _SPACE}.get(letter.lower())
    return ranges if ranges is None or letter.islower() else _complement(ranges)


def _rust_set(ranges: Ranges) -> str:
    parts = "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in ranges)
    return f"[{parts}]" if parts else f"[^\\x{{0}}-\\x{{{_LAST:x}}}]"


class _Reader:
    """Recursive descent; every method returns (text for the Rust engine, expanded size, holds a quantifier)."""

    def __init__(self, text: str, strict: bool) -> None:
        self.text = text
        self.strict = strict
        self.at = 0
        self.anchors = 0

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        if self.at >= len(self.text):
            raise PatternRefused("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def refuse_when_strict(self, what: str) -> None:
        if self.strict:
            raise PatternRefused(f"{what} may not be published, at {self.at}")

    def alternatives(self, groups: int) -> tuple[str, int, bool]:
        parts = [self.sequence(groups)]
        while self.peek() == "|":
            if groups == 0:
                self.refuse_when_strict("an alternation outside a group")
            self.at += 1
            parts.append(self.sequence(groups))
        texts, sizes, quantified = zip(*parts, strict=True)
        return "|".join(texts), sum(sizes) + len(parts), any(quantified)

    def sequence(self, groups: int) -> tuple[str, int, bool]:
        text, size, quantified = "", 0, False
        while self.peek() not in ("", "|", ")"):
            if self.peek() in "^$":
                text += self.anchor(groups)
                size += 1
                continue
            part, part_size, inner = self.atom(groups)
            repeat, times = self.quantifier()
            if repeat and inner:
                self.refuse_when_strict("a quantifier of a group that holds one")
            quantified = quantified or inner or bool(repeat)
            text += part + repeat
            size += part_size * times
            if size > MAX_EXPANDED:
                raise PatternRefused(f"the pattern repeats to more than {MAX_EXPANDED} steps")
        return text, size, quantified

    def anchor(self, groups: int) -> str:
        place = 0 if self.peek() == "^" else len(self.text) - 1
        if groups or self.at != place:
            self.refuse_when_strict("an anchor elsewhere than at the two ends")
        self.anchors += 1
        return self.take()

    def atom(self, groups: int) -> tuple[str, int, bool]:
        character = self.take()
        if character == "(":
            return self.group(groups + 1)
        if character == "[":
            return _rust_set(self.set()), 1, False
        if character == ".":
            self.refuse_when_strict("the dot")
            return _rust_set(_complement(_LINE_ENDS)), 1, False
        if character == "\\":
            return _rust_set(self.escape()), 1, False
        if character in _SYNTAX:
            raise PatternRefused(f"{character} has no meaning here, at {self.at - 1}")
        return _rust_set([self.scalar(ord(character))]), 1, False

    def group(self, groups: int) -> tuple[str, int, bool]:
        if groups > MAX_GROUPS:
            raise PatternRefused(f"groups are nested more than {MAX_GROUPS} deep")
        if self.peek() == "?":
            self.at += 1
            if self.take() != ":":
                raise PatternRefused("only plain and (?: groups are known")
        text, size, quantified = self.alternatives(groups)
        if self.peek() != ")":
            raise PatternRefused("a group is not closed")
        self.at += 1
        return f"(?:{text})", size, quantified

    def quantifier(self) -> tuple[str, int]:
        """The quantifier as Rust writes it and how many copies of its atom it stands for, else ("", 1)."""
        mark = self.peek()
        if mark == "" or mark not in "*+?{":
            return "", 1
        self.at += 1
        text, times = mark, 1
        if mark == "{":
            least = self.number()
            most: int | None = least
            if self.peek() == ",":
                self.at += 1
                most = None if self.peek() == "}" else self.number()
            if self.take() != "}" or (most is not None and most < least):
                raise PatternRefused("a repetition is not {n}, {n,} or {n,m}")
            text = f"{{{least},{'' if most is None else most}}}"
            times = max(1, least + 1 if most is None else most)
        if self.peek() == "?":
            self.at += 1
            text += "?"
        return text, times

    def number(self) -> int:
        start = self.at
        while self.peek() in tuple("0123456789"):
            self.at += 1
        if not 1 <= self.at - start <= 4 or int(self.text[start : self.at]) > MAX_REPEAT:
            raise PatternRefused(f"a repetition counts 0 to {MAX_REPEAT}")
        return int(self.text[start : self.at])

    def set(self) -> Ranges:
        negated = self.peek() == "^"
        self.at += negated
        ranges: Ranges = []
        while self.peek() != "]":
            first = self.member()
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                last = self.member()
                if not (_single(first) and _single(last)) or first[0][0] > last[0][0]:
                    raise PatternRefused(f"a range runs backwards or has no ends, at {self.at}")
                ranges.append((first[0][0], last[0][0]))
            else:
                ranges += first
        self.at += 1
        if not ranges:
            raise PatternRefused("an empty class")
        return _complement(ranges) if negated else ranges

    def member(self) -> Ranges:
        character = self.take()
        return self.escape() if character == "\\" else [self.scalar(ord(character))]

    def escape(self) -> Ranges:
        letter = self.take()
        if letter in _PUNCTUATION:
            return [(ord(letter), ord(letter))]
        if letter == "u":
            return [self.scalar(self.unicode_escape())]
        if letter != "d":
            self.refuse_when_strict(f"\\{letter}")
        if letter in _CONTROLS:
            return [(_CONTROLS[letter], _CONTROLS[letter])]
        ranges = _class_escape(letter)
        if ranges is None:
            raise PatternRefused(f"\\{letter} is not known, at {self.at - 1}")
        return ranges

    def unicode_escape(self) -> int:
        first = self.four_digits()
        if 0xD800 <= first <= 0xDBFF and self.text[self.at : self.at + 2] == "\\u":
            self.at += 2
            second = self.four_digits()
            if 0xDC00 <= second <= 0xDFFF:
                return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        return first

    def four_digits(self) -> int:
        digits = self.text[self.at : self.at + 4]
        if len(digits) != 4 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            raise PatternRefused("\\u takes four hexadecimal digits")
        self.at += 4
        return int(digits, 16)

    def scalar(self, value: int) -> tuple[int, int]:
        if 0xD800 <= value <= 0xDFFF:
            raise PatternRefused("half of a surrogate pair")
        return value, value


def _single(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def read_pattern(text: str, strict: bool) -> str:
    """``text`` as an equivalent pattern for the Rust engine; raises PatternRefused when it is outside the grammar."""
    if len(text) > MAX_LENGTH:
        raise PatternRefused(f"a pattern has at most {MAX_LENGTH} characters")
    reader = _Reader(text, strict)
    found, size, _ = reader.alternatives(0)
    if reader.at != len(text):
        raise PatternRefused(f"a ) without its (, at {reader.at}")
    if size > MAX_EXPANDED:
        raise PatternRefused(f"the pattern repeats to more than {MAX_EXPANDED} steps")
    if strict and not (len(text) >= 2 and reader.anchors == 2):
        raise PatternRefused("a published pattern starts with ^ and ends with $")
    return found
