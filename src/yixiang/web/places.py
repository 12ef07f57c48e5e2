"""Names out of the code tables in the language of the page: divisions and instrument classes."""

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from yixiang.kernel import reference

# Provinces whose English name is not simply their pinyin.
_OWN_NAMES = {
    "150000": "Inner Mongolia", "610000": "Shaanxi", "540000": "Xizang", "450000": "Guangxi", "640000": "Ningxia",
    "650000": "Xinjiang", "810000": "Hong Kong", "820000": "Macao", "710000": "Taiwan",
}  # fmt: skip
_STEPS = ("自治区", "自治州", "自治县", "特别行政区", "省", "市", "地区", "盟", "区", "县", "旗")


def region_words(code: str) -> str:
    """湖南省长沙市芙蓉区, or Furong, Changsha, Hunan."""
    if not reference.division(code):
        return ""
    return _english(code) if get_language() == "en" else reference.region_name(code)


def class_words(code: str) -> str:
    """The name of an instrument class; a class called “other” is told by the class above it."""
    row = reference.instrument_class(code)
    if row is None:
        return ""
    above = reference.instrument_class(row.parent) if row.name == "其他" else None
    return _("%(name)s（其他）") % {"name": _(above.name)} if above else _(row.name)


@lru_cache(maxsize=4096)
def _english(code: str) -> str:
    steps = [reference.division(step) for step in reference.region_path(code)]
    names = [_english_name(step) for step in reversed(steps) if step and not step.placeholder]
    return ", ".join(dict.fromkeys(names))


def _english_name(division: reference.Division) -> str:
    if own := _OWN_NAMES.get(division.code):
        return own
    name = division.name
    for step in _STEPS:
        if name.endswith(step) and len(name) - len(step) >= 2:
            name = name.removesuffix(step)
            break
    return "".join(lazy_pinyin(name, style=Style.NORMAL)).capitalize()
