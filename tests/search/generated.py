"""Lists of items as large as a province's, made of the words such lists are made of."""

from __future__ import annotations

from random import Random

from backend.catalogue.search import EVERYDAY, FILLABLE, Index, build, term_of
from backend.city.readings import read_aloud, traditional_of
from backend.city.structures import SearchWords

_WHERE = [
    "市级", "区县", "街道", "跨省", "省内", "异地", "乡镇", "园区", "港口", "农村",
]  # fmt: skip
_WHAT = [
    "食品", "药品", "医疗器械", "道路运输", "水路运输", "建筑施工", "特种设备", "危险化学品", "出版物",
    "互联网上网服务", "养老机构", "民办学校", "种子", "农药", "兽药", "饲料", "渔业", "林木", "矿产资源",
    "取水", "排污", "排水", "户外广告", "城市道路", "燃气", "供水", "消防", "文物", "娱乐场所", "旅行社",
    "劳务派遣", "人力资源", "职业资格", "护士", "医师", "教师", "律师", "会计", "公积金", "不动产",
    "机动车", "驾驶证", "护照", "户口", "身份证", "居住证", "结婚", "收养", "残疾人", "老年人", "低保",
    "失业", "养老保险", "医疗保险", "工伤保险", "生育保险", "公租房",
]  # fmt: skip
_OF = [
    "生产", "经营", "销售", "批发", "零售", "仓储", "运输", "设计", "施工", "检验", "检测", "维修", "服务",
    "人员", "单位", "场所", "项目", "企业",
]  # fmt: skip
_ACT = [
    "许可", "备案", "登记", "变更登记", "注销登记", "申领", "换领", "补领", "延续", "审批", "认定", "确认",
    "年度报告", "查询", "给付", "补贴申请", "资格审查", "核发", "信息公示", "告知承诺",
]  # fmt: skip


def generated_items(count: int, seed: int = 4) -> list[dict[str, object]]:
    """`count` items as `GET /items` lists them, in what search reads of them."""
    random = Random(seed)
    items: list[dict[str, object]] = []
    for number in range(count):
        what, of, act = random.choice(_WHAT), random.choice(_OF), random.choice(_ACT)
        aliases = [f"{random.choice(_WHERE)}{what}{act[:2]}", f"{what}{of}", f"办{what}{act}"][: random.randint(0, 3)]
        name = f"{random.choice(_WHERE)}{what}{of}{act}"
        items.append(
            {
                "key": f"item-{number:05}",
                "name": {"zh": name, "en": f"Service {number} for {random.choice(['permits', 'benefits', 'records'])}"},
                "summary": {"zh": f"{what}的{of}要{act}，在手机上就能办。", "en": "On your phone."},
                "aliases": aliases,
                "pinyin": read_aloud(name, {}),
                "alias_pinyin": [read_aloud(alias, {}) for alias in aliases],
                "everyday": random.randint(0, 9),
                "fillable": random.random() < 0.6,
            }
        )
    return items


def rules_for(items: list[dict[str, object]], words: SearchWords) -> dict[str, object]:
    """The rules that `GET /items` sends with a list."""
    text = "".join(f"{item['name']}{item['summary']}{item['aliases']}" for item in items) + "".join(words.synonyms)
    return {"traditional": traditional_of(text), "stop_words": words.stop_words, "synonyms": words.synonyms}


def index_of_list(listed: dict[str, object]) -> Index:
    """The server's index of a list as `GET /items` gives it."""
    entries = []
    for item in listed["items"]:  # type: ignore[attr-defined]
        names = [(item["name"]["zh"], item["pinyin"]), *zip(item["aliases"], item["alias_pinyin"], strict=True)]
        terms = [term_of(name, pinyin.split()) for name, pinyin in names]
        terms.append(term_of(item["name"]["en"], ()))
        worth = EVERYDAY * item["everyday"] + (FILLABLE if item["fillable"] else 0)
        entries.append((item["key"], worth, terms, item["summary"]["zh"]))
    rules: dict[str, dict[str, str]] = listed["search"]  # type: ignore[assignment]
    return build(entries, rules["traditional"], list(rules["stop_words"]), rules["synonyms"])
