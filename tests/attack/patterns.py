"""Every regular expression of the product, found in its sources, and texts made to be hard for each.

A text that makes a backtracking engine slow is the way into a repetition, much of what it repeats, and then something
that does not fit. Such a text is made for every repetition of a pattern.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parents[2]
_FUNCTIONS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
_NOT_FITTING = ["\0", "!", "\n", "é"]


class Found(msgspec.Struct, frozen=True):
    """A pattern and the place it stands at."""

    place: str
    pattern: str
    flags: str = ""

    def __str__(self) -> str:
        return f"{self.place} {self.pattern[:60]}"


def python_patterns(*folders: str) -> list[Found]:
    """What is handed to `re`, or to a `pattern=` of a bound, in the modules below these folders."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    found += [Found(f"{place}:{node.lineno}", text) for text in _patterns_of(node)]
    return found


def texts_like_patterns(module: str) -> list[Found]:
    """Every text of a module in which a class or an escape of a pattern could stand."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    texts = [each for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return [
        Found(f"{module}:{each.lineno}", each.value)
        for each in texts
        if re.search(r"[\[\\]", each.value) and _is_pattern(each.value)
    ]


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def unread_patterns(*folders: str) -> list[str]:
    """Places at which a pattern is not written out, so that it cannot be tried here."""
    places = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _is_of_re(node) and not list(_patterns_of(node)):
                    places.append(f"{path.relative_to(ROOT).as_posix()}:{node.lineno}")
    return places


def _is_of_re(node: ast.Call) -> bool:
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
        and function.attr in _FUNCTIONS
    )


def _patterns_of(node: ast.Call) -> Iterator[str]:
    wanted = [*(node.args[:1] if _is_of_re(node) else []), *(k.value for k in node.keywords if k.arg == "pattern")]
    for value in wanted:
        try:
            text = ast.literal_eval(value)
        except ValueError:
            continue
        if isinstance(text, bytes):
            text = text.decode("latin-1")
        if isinstance(text, str):
            yield text


_SCAN = """
const ts = require('typescript'), fs = require('fs')
for (const file of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  let text = fs.readFileSync(file, 'utf8')
  // Of a component, only what stands in its script; the rest is blanked, so that lines keep their numbers.
  if (file.endsWith('.vue')) {
    const parts = [...text.matchAll(/<script[^>]*>([\\s\\S]*?)<\\/script>/g)]
    text = parts.map((part) => '\\n'.repeat(text.slice(0, part.index).split('\\n').length - 1) + part[1]).join('\\n')
  }
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
      console.log(JSON.stringify([file, line, node.text.slice(1, end), node.text.slice(end + 1)]))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
}
"""


def script_patterns(folder: str) -> list[Found]:
    """Every regular expression literal of the TypeScript and Vue sources below a folder."""
    files = [str(path) for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".ts", ".vue")]
    lines = node(_SCAN, json.dumps(files)).splitlines()
    return [
        Found(f"{Path(file).relative_to(ROOT).as_posix()}:{line}", pattern, flags)
        for file, line, pattern, flags in map(json.loads, lines)
    ]


def node(script: str, text: str, seconds: float = 120) -> str:
    """What a script that is given `text` on its standard input prints. Raises TimeoutExpired."""
    done = subprocess.run(
        ["node", "-e", script], input=text, capture_output=True, text=True, check=True, cwd=ROOT, timeout=seconds
    )
    return done.stdout


def as_python(pattern: str) -> str:
    """A pattern of a script in Python's spelling, near enough to find its repetitions."""
    text = re.sub(r"\\p\{[^}]*\}", r"\\w", pattern)
    text = re.sub(r"\\P\{[^}]*\}", r"\\W", text)
    text = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda found: re.escape(chr(int(found[1], 16))), text)
    return text.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!").replace("[^]", r"[\s\S]")


def hard_texts(pattern: str, length: int) -> list[str]:
    """Texts of about `length` characters for every repetition of a pattern; general ones when it cannot be read."""
    try:
        tree = parser.parse(pattern)
    except re.error:
        return [character * length + end for character in 'a0 ."/-' for end in _NOT_FITTING]
    texts: list[str] = []
    for prefix, repeated in _repetitions(tree, ""):
        for piece in {each for each in repeated if each}:
            body = piece * (length // len(piece))
            texts += [prefix + body + end for end in _NOT_FITTING]
    return list(dict.fromkeys(texts))


def _repetitions(tree: Any, before: str) -> Iterator[tuple[str, list[str]]]:
    """Every repetition: a text that leads up to it, and texts that it can repeat."""
    way = before
    for code, argument in tree:
        if code in (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT):
            least, most, inner = argument
            if most > 1:
                yield way, [*_texts(inner), "".join(_texts(inner)[:3])]
            yield from _repetitions(inner, way)
            way += _texts(inner)[0] * min(max(least, 0), 64)
            continue
        for inner in _inner(code, argument):
            yield from _repetitions(inner, way)
        way += _texts([(code, argument)])[0]


def _inner(code: Any, argument: Any) -> list[Any]:
    if code is constants.SUBPATTERN:
        return [argument[3]]
    if code is constants.ATOMIC_GROUP:
        return [argument]
    if code is constants.BRANCH:
        return list(argument[1])
    if code in (constants.ASSERT, constants.ASSERT_NOT):
        return [argument[1]]
    return []


def _texts(tree: Any) -> list[str]:
    """Some texts that match a part of a pattern, at most a handful."""
    found = [""]
    for code, argument in tree:
        found = [text + more for text in found for more in _some(code, argument)][:12]
    return found


def _some(code: Any, argument: Any) -> list[str]:
    if code is constants.LITERAL:
        return [chr(argument)]
    if code is constants.NOT_LITERAL:
        return ["a" if argument != ord("a") else "b"]
    if code is constants.ANY:
        return ["a", "0"]
    if code is constants.IN:
        return _of_class(argument)
    if code in (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT):
        least, most, inner = argument
        return [text * max(least, 1 if most else 0) for text in _texts(inner)][:4]
    if code is constants.BRANCH:
        return [text for branch in argument[1] for text in _texts(branch)[:2]][:6]
    inner = _inner(code, argument) if code not in (constants.ASSERT, constants.ASSERT_NOT) else []
    return _texts(inner[0]) if inner else [""]


def _of_class(members: Any) -> list[str]:
    texts = []
    for code, argument in members:
        if code is constants.LITERAL:
            texts.append(chr(argument))
        elif code is constants.RANGE:
            texts.append(chr(argument[0]))
        elif code is constants.CATEGORY:
            word = str(argument)
            texts.append(" " if "SPACE" in word and "NOT" not in word else "0" if "DIGIT" in word else "a")
    if members and members[0][0] is constants.NEGATE:
        return [each for each in ("a", "0", " ", "-", "/", "中") if each not in texts][:3]
    return texts[:4] or ["a"]
