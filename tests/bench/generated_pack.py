"""A pack of any number of items: the demo city, and its items again under other keys, names and codes."""

from __future__ import annotations

import re
import shutil
from itertools import cycle
from pathlib import Path

from backend.city.pack import read_folder
from tests.bench.load import ROOT

CITY = ROOT / "city"
_FIRST_FREE = 10_000_000


def generate(folder: Path, items: int) -> Path:
    """The demo pack grown to at least `items` items, each with guide, offices and form of its own, as text like it."""
    shutil.copytree(CITY, folder)
    models = []
    for each in sorted((CITY / "items").iterdir()):
        base = read_folder(each)["base.yaml"].data
        texts = {name: (each / f"{name}.yaml").read_text(encoding="utf-8") for name in ("base", "office")}
        form = base.get("form")
        if form is not None:
            texts["form"] = (CITY / "forms" / f"{form}.yaml").read_text(encoding="utf-8")
        models.append((base, texts))
    for number, (base, texts) in zip(range(len(models), items), cycle(models), strict=False):
        copy = f"{base['key']}-{number}"
        for name, text in texts.items():
            target = (
                folder / ("forms" if name == "form" else f"items/{copy}") / f"{copy if name == 'form' else name}.yaml"
            )
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_other(text, base, number, copy), encoding="utf-8")
    return folder


def _other(text: str, base: dict[str, str], number: int, copy: str) -> str:
    """A file of an item as the same file of another one."""
    text = re.sub(r"^(key|item|form): .*$", rf"\g<1>: {copy}", text, flags=re.MULTILINE)
    text = text.replace(base["catalog_code"], f"{base['catalog_code'][:4]}{number + _FIRST_FREE:08d}")
    text = text.replace(base["name"]["zh"], f"{base['name']['zh']}（第{number}种）")  # type: ignore[index]
    return re.sub(r"^schema:$", f"schema:\n  description: form {number}", text, flags=re.MULTILINE)
