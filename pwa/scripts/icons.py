"""Draws the PNG icons of the app from `public/icons/mark.svg` with Chromium: run it after the mark has changed.

.venv/bin/python pwa/scripts/icons.py
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).resolve().parents[1] / "public" / "icons"
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# A maskable icon is cut to any shape: its ground fills the square, and the hand lies within the middle four fifths.
DRAWINGS = {"mark-180": (180, False), "mark-192": (192, False), "mark-512": (512, False), "maskable-512": (512, True)}


def page_for(svg: str, size: int, maskable: bool) -> str:
    """A page whose visible square is the icon."""
    drawn = svg.replace('rx="13"', 'rx="0"') if maskable else svg
    return f"<style>body{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{drawn}"


def main() -> None:
    svg = (ICONS / "mark.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, (size, maskable) in DRAWINGS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(page_for(svg, size, maskable))
            page.screenshot(path=ICONS / f"{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
