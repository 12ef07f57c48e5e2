"""Row by row: what is new, what is different, what is wrong in which cell, and what deserves a second look."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from yixiang.catalogue.importing import rules
from yixiang.catalogue.importing.cells import EMPTY_MARKS, NOTHING, Cell, Raw, Reader, reader_of, written
from yixiang.catalogue.importing.layouts import PICTURE, PLACE, Layout, Recognised, key_of, letter_of, specs_of
from yixiang.catalogue.importing.places import joined
from yixiang.catalogue.importing.reading import Row, Sheet
from yixiang.catalogue.importing.scanning import COLUMNS_MOST, ROWS_MOST, Traits, too_long
from yixiang.catalogue.rules import publishing
from yixiang.catalogue.rules.fields import Spec
from yixiang.catalogue.rules.wording import shown
from yixiang.catalogue.states import LISTING

COVERED_MOST = 2_000  # rows of merged cells that are named one by one
RESULT = "核对结果"  # the column the marked workbook adds
EXAMPLE = "【示例】"
EDITABLE = ("draft", "returned", "listed", "stopped")
REGION = "region"
STEPS = ("region.province", "region.city", "region.county")
Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Current:
    """What stands in the catalogue under a number; `foreign`: of a department this import may not touch."""

    pk: int
    version: int
    state: str
    values: Mapping[str, Any]
    foreign: bool = False


@dataclass(slots=True)
class Judged:
    """One row of the sheet. `values` are to be written: all of a new row, the different ones of a known one."""

    number: int
    verdict: str = "new"
    label: str = ""
    pk: int | None = None
    version: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    picture: str = ""
    key: str = ""
    worth: Decimal | None = None


def plain_label(spec: Spec) -> str:
    return spec.label.split("（")[0]


class Judge:
    """Knows the columns of one sheet and what the unit already has."""

    def __init__(self, sheet: Sheet, known: Mapping[str, Current], *, on: date, usual: Mapping[str, Any]) -> None:
        self.layout: Layout = sheet.recognised.layout
        self.recognised: Recognised = sheet.recognised
        self.traits: Traits = sheet.traits
        self.known, self.on = known, on
        self.usual = {name: value for name, value in usual.items() if value}  # what a new row has without being told
        self.specs = {spec.name: spec for spec in specs_of(self.layout.kind)}
        self.order = {name: place for place, name in enumerate(self.specs)}
        self.labels = {name: plain_label(spec) for name, spec in self.specs.items()}
        self.letters = self._letters()
        self.required = {spec.name for spec in self.specs.values() if spec.required}
        self.required |= {"inner_number"}
        self.readers: list[tuple[int, str, str, Reader]] = [
            (one.index, one.field, one.letter, reader_of(self.specs[one.field], in_yuan=one.in_yuan))
            for one in sheet.recognised.known
            if one.field in self.specs and one.field != "region"
        ]
        self.read_place, self.place_at = joined(), self._places()
        whole = next((one for one in sheet.recognised.known if one.field == "region"), None)
        self.read_region = (whole.index, reader_of(PLACE)) if whole else None
        self.first_of: dict[str, int] = {}
        self.formulas = [
            (one.index, one.field, one.letter, self.traits.formulas[one.letter])
            for one in sheet.recognised.known
            if one.letter in self.traits.formulas
        ]
        self.covered = _covered(self.traits, {one.index: one.field for one in sheet.recognised.known})

    def _letters(self) -> dict[str, str]:
        letters = self.recognised.letters
        steps = [letters[step] for step in STEPS if step in letters]
        return {**letters, **({"region": steps[0]} if steps and "region" not in letters else {})}

    def _places(self) -> list[int | None]:
        at = {one.field: one.index for one in self.recognised.known}
        return [at.get(step) for step in STEPS]

    # --- all rows

    def rows(self, rows: Iterator[Row]) -> Iterator[Judged]:
        """Empty rows and the marked examples are passed by."""
        count = 0
        for number, row in enumerate(rows, start=1):
            if number <= self.recognised.header_row or not any(_there(cell) for cell in row):
                continue
            if any(isinstance(cell, str) and EXAMPLE in cell for cell in row[:4]):
                continue
            count += 1
            if count > ROWS_MOST:
                raise too_long()
            yield self.row(number, row)

    def row(self, number: int, row: Row) -> Judged:
        judged, given = Judged(number), dict(self.layout.fixed)
        for index, name, letter, read in self.readers:
            if index >= len(row) or row[index] == "":
                continue
            cell = read(row[index])
            if cell.problem or cell.warning:
                self._odd(judged, name, letter, cell, given)
            elif cell.given:
                given[name] = cell.value
        self._place(judged, row, given)
        if self.formulas:
            self._formulas(judged, row)
        for name, letter in self.covered.get(number, ()):
            self.warn(judged, name, "在合并单元格里，按空白读取；请取消合并后填写。", letter)
        self._judge(judged, given)
        return judged

    def _odd(self, judged: Judged, name: str, letter: str, cell: Cell, given: dict[str, Any]) -> None:
        if cell.problem:
            self.problem(judged, name, cell.problem, letter)
            return
        if cell.warning:
            self.warn(judged, name, cell.warning, letter)
        if cell.given:
            given[name] = cell.value

    def _place(self, judged: Judged, row: Row, given: dict[str, Any]) -> None:
        if self.read_region:
            index, read = self.read_region
            cell = read(row[index]) if index < len(row) and row[index] != "" else NOTHING
        elif any(at is not None for at in self.place_at):
            words = [_word(row, at) for at in self.place_at]
            cell = self.read_place(words[0], words[1], words[2])
        else:
            return
        if cell is not NOTHING:
            self._odd(judged, "region", self.letters["region"], cell, given)

    def _formulas(self, judged: Judged, row: Row) -> None:
        """A formula without a kept result is empty to every reader; an error has no value at all."""
        for index, name, letter, rows in self.formulas:
            if judged.number not in rows or (index < len(row) and row[index] != ""):
                continue
            error = self.traits.errors.get(f"{letter}{judged.number}", "")
            message = "单元格是公式，但文件里没有保存它的结果。请用 Excel 打开并保存后再上传，或填入数值。"
            if error:
                message = f"单元格的公式出错（{error}），没有结果。请改正公式，或填入数值。"
            self.problem(judged, REGION if name in STEPS else name, message, letter)

    # --- one row

    def _judge(self, judged: Judged, given: dict[str, Any]) -> None:
        judged.picture = str(given.pop("picture", "") or "")
        number = str(given.get("inner_number") or "")
        judged.key, judged.worth = number, given.get("worth") or given.get("stated_worth")
        judged.label = str(given.get("name") or number)[:150]
        self._number(judged, number)
        current = self.known.get(number) if number else None
        if current:
            self._compare(judged, given, current)
        else:
            judged.values = given
        whole = {**(current.values if current else self.usual), **given}
        self._together(judged, whole, given, current)
        if judged.problems:
            judged.verdict = "faulty"
        if judged.verdict in {"faulty", "same"}:
            judged.values = {}

    def _number(self, judged: Judged, number: str) -> None:
        if not number:
            if not any(one["field"] == "inner_number" for one in judged.problems):
                self.problem(judged, "inner_number", "必须填写：再次导入时按它对应到同一台仪器。")
            return
        first = self.first_of.setdefault(number, judged.number)
        if first != judged.number:
            self.problem(judged, "inner_number", f"“{number[:40]}”与第 {first} 行重复，一个编号只能出现一次。")

    def _compare(self, judged: Judged, given: dict[str, Any], current: Current) -> None:
        judged.pk, judged.version = current.pk, current.version
        if current.foreign:
            self.problem(judged, "inner_number", "这个编号是本单位另一个部门的，您没有修改它的权限。")
        elif current.state not in EDITABLE:
            state = LISTING.label(current.state)
            self.problem(
                judged, "inner_number", f"对应的登记现在是“{state}”，不能修改。请从表中删去这一行，或先处理它。"
            )
        old = current.values
        new = {name: value for name, value in given.items() if not same(old.get(name), value)}
        judged.values = new
        judged.changes = {name: [shown(self.specs[name], old.get(name)), shown(self.specs[name], value)]
                          for name, value in new.items() if name in self.specs}  # fmt: skip
        judged.verdict = "changed" if new else "same"

    def _together(self, judged: Judged, whole: dict[str, Any], given: dict[str, Any], current: Current | None) -> None:
        """What is wrong between fields; what is merely not there yet is said once."""
        listed = current is not None and current.state in {"listed", "stopped"}
        broken = {one["field"] for one in judged.problems}
        lacking = [name for name in self.required if whole.get(name) in (None, "", []) and name not in broken]
        for name, messages in publishing.contradictions(whole, on=self.on).items():
            if whole.get(name) in (None, "", []):
                lacking.append(name)
            elif name in given or not listed:
                self.problem(judged, name, messages[0])
        cleared = [name for name in lacking if name in given]
        if listed and cleared:
            for name in cleared:
                self.problem(judged, name, "已入网的仪器不能清空这一项。")
        elif lacking and not listed:
            judged.lacks = sorted(set(lacking) - {"inner_number"}, key=self.order.__getitem__)

    # --- words

    def cell(self, judged: Judged, name: str, letter: str = "") -> str:
        letter = letter or self.letters.get(name, "")
        return f"{letter}{judged.number}" if letter else ""

    def problem(self, judged: Judged, name: str, message: str, letter: str = "") -> None:
        if not any(one["field"] == name for one in judged.problems):
            judged.problems.append(self._message(judged, name, message, letter))

    def warn(self, judged: Judged, name: str, message: str, letter: str = "") -> None:
        judged.warnings.append(self._message(judged, name, message, letter))

    def _message(self, judged: Judged, name: str, message: str, letter: str) -> Message:
        cell = self.cell(judged, name, letter)
        where = f"{cell}：" if cell else f"第 {judged.number} 行："
        return {"cell": cell, "field": name, "message": f"{where}{self.labels.get(name, name)}，{message}"}

    def doubt(self, judged: Judged, middle: Decimal | None) -> bool:
        """After all rows are known: an amount ten thousand times too large. True when something was said."""
        if judged.worth is None or judged.verdict == "same":
            return False
        said = rules.suspicion(judged.worth, kind=self.layout.kind, middle=middle)
        if said:
            self.warn(judged, "worth" if "worth" in self.letters else "stated_worth", said)
        return bool(said)


def same(old: Any, new: Any) -> bool:
    return bool(old == new or (old in (None, "", []) and new in (None, "", [])))


def _covered(traits: Traits, known: Mapping[int, str]) -> dict[int, list[tuple[str, str]]]:
    """Row → the cells in it that a merged cell hides."""
    found: dict[int, list[tuple[str, str]]] = {}
    for (top, left), (bottom, right) in traits.merged[:COVERED_MOST]:
        for row in range(top, min(bottom, top + COVERED_MOST) + 1):
            for index in range(left, min(right, COLUMNS_MOST) + 1):
                if (row, index) != (top, left) and known.get(index):
                    found.setdefault(row + 1, []).append((known[index].split(".")[0], letter_of(index)))
    return found


def _there(cell: Raw) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _word(row: Row, at: int | None) -> str:
    if at is None or at >= len(row) or row[at] == "":
        return ""
    word = written(row[at], PICTURE)
    return "" if word in EMPTY_MARKS else word


# --- the sheet as a whole


def notes_on(sheet: Sheet) -> list[str]:
    """What people should know about the sheet before they look at single rows."""
    traits, recognised = sheet.traits, sheet.recognised
    said = [f"读取工作表“{sheet.name}”，按“{recognised.layout.label}”识别，表头在第 {recognised.header_row} 行。"]
    if sheet.others:
        said.append(f"工作表“{'”“'.join(sheet.others[:5])}”看起来也是数据，一次只读一张，没有读取。")
    if unread := [
        f"{one.letter} 列“{one.header[:20]}”"
        for one in recognised.columns
        if not one.field and not key_of(one.header).startswith(RESULT)
    ]:
        said.append(f"没有对应字段、未读取的列：{'、'.join(unread[:8])}{'等' if len(unread) > 8 else ''}。")
    if recognised.twice:
        said.append(f"重复的列名只读第一处，其余未读取：{'、'.join(recognised.twice[:5])}。")
    if traits.formulas:
        letters = sorted(traits.formulas, key=lambda letter: (len(letter), letter))
        said.append(f"{'、'.join(letters[:8])} 列有 {traits.formula_count:,} 个公式，按保存时的计算结果读取。")
    if traits.merged:
        said.append(_merged(sheet))
    if traits.hidden_rows:
        said.append(f"第 {_some(traits.hidden_rows)} 行是隐藏或被筛选掉的，也一并读取。")
    if traits.hidden_columns:
        hidden = "、".join(letter_of(number - 1) for number in traits.hidden_columns[:8])
        said.append(f"{hidden} 列是隐藏的，也一并读取。")
    if any(one.in_yuan for one in recognised.known):
        said.append("原值一列的表头写的是“元”，已按元读取。")
    return [one for one in said if one]


def lacking(layout: Layout, lacks: Mapping[str, int], rows: int) -> list[str]:
    """Said once for the whole sheet: what the new drafts still need before they can be handed in."""
    if not rows:
        return []
    labels = {spec.name: plain_label(spec) for spec in specs_of(layout.kind)}
    ranked = sorted(lacks, key=lambda name: -lacks[name])
    words = "、".join(f"{labels[name]}（{lacks[name]:,}）" for name in ranked[:8])
    return [f"不影响导入，但提交审核前 {rows:,} 行还要补：{words}{'等' if len(ranked) > 8 else ''}。"]


def _merged(sheet: Sheet) -> str:
    rows = sorted(
        {f"{top + 1}—{bottom + 1}" for (top, _left), (bottom, _right) in sheet.traits.merged
         if bottom >= sheet.recognised.header_row}
    )  # fmt: skip
    if not rows:
        return ""
    return f"第 {'、'.join(rows[:6])} 行有合并单元格：只有左上角的一格有内容，其余按空白读取。请取消合并后逐行填写。"


def _some(numbers: list[int]) -> str:
    return "、".join(map(str, numbers[:8])) + ("等" if len(numbers) > 8 else "")
