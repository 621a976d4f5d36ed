"""Pictures that a resident could hand over: a portrait and a page of a lease, drawn here, of nobody."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONTS = ("truetype/wqy/wqy-microhei.ttc", "truetype/droid/DroidSansFallbackFull.ttf")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in _FONTS:
        path = Path("/usr/share/fonts") / name
        if path.is_file():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


@cache
def portrait() -> bytes:
    """A head and shoulders on white, 3:4."""
    picture = Image.new("RGB", (720, 960), "#fdfdfd")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((150, 640, 570, 1240), fill="#3a5f83")
    draw.polygon([(300, 660), (420, 660), (360, 790)], fill="#f4f6f8")
    draw.rectangle((318, 540, 402, 680), fill="#e3b996")
    draw.ellipse((218, 170, 502, 500), fill="#241f1c")
    draw.ellipse((240, 230, 480, 590), fill="#eec7a4")
    draw.pieslice((232, 190, 488, 470), 180, 360, fill="#241f1c")
    for x in (310, 410):
        draw.ellipse((x - 13, 388, x + 13, 408), fill="#2b2320")
        draw.arc((x - 34, 352, x + 34, 400), 200, 340, fill="#2b2320", width=7)
    draw.arc((345, 410, 385, 470), 20, 160, fill="#c98f6c", width=6)
    draw.arc((308, 450, 412, 530), 20, 160, fill="#a8473f", width=9)
    return _jpeg(picture)


@cache
def lease(tenant: str) -> bytes:
    """One page of a lease in the tenant's name."""
    picture = Image.new("RGB", (1200, 1600), "#d8d4cb")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((70, 60, 1130, 1540), fill="#fffefa")
    draw.text((600, 170), "房屋租赁合同", font=_font(64), fill="#222", anchor="mm")
    lines = [
        "出租人（甲方）：海棠苑物业服务中心",
        f"承租人（乙方）：{tenant}",
        "一、房屋坐落：云海市临江区望潮街道听涛路 18 号",
        "　　海棠苑 3 栋 502 室，建筑面积 62 平方米。",
        "二、租期：2026 年 3 月 1 日至 2028 年 2 月 29 日。",
        "三、租金：每月人民币贰仟元整，按季支付。",
        "四、乙方应当合理使用房屋，不得擅自转租。",
        "五、本合同一式两份，双方各执一份，签字后生效。",
    ]
    for number, line in enumerate(lines):
        draw.text((150, 310 + 110 * number), line, font=_font(38), fill="#333")
    draw.text((150, 1330), "甲方（章）", font=_font(38), fill="#333")
    draw.text((700, 1330), f"乙方：{tenant}", font=_font(38), fill="#333")
    draw.ellipse((250, 1240, 470, 1460), outline="#c8372d", width=8)
    draw.text((360, 1350), "海棠苑", font=_font(40), fill="#c8372d", anchor="mm")
    return _jpeg(picture)
