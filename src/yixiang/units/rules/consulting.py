"""What a question, an answer and an expert's own list must look like."""

from collections.abc import Iterable

from yixiang.kernel.reference import disciplines, instrument_class

LONGEST_TITLE, LONGEST_TEXT = 80, 5000
MOST_CLASSES, MOST_DISCIPLINES = 30, 6
LONGEST_SHARED = 2000
PER_HOUR = 5


def question_problems(title: str, text: str, category: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not title.strip():
        found["title"] = ["请用一句话写明想问什么。"]
    elif len(title.strip()) > LONGEST_TITLE:
        found["title"] = [f"标题最多 {LONGEST_TITLE} 个字。"]
    if why := text_problem(text):
        found["text"] = [why]
    if category and not instrument_class(category):
        found["category"] = ["请从列表中选择仪器类别。"]
    return found


def text_problem(text: str) -> str:
    if not text.strip():
        return "请填写内容。"
    return f"最多 {LONGEST_TEXT:,} 个字，更长的材料请作为附件。" if len(text.strip()) > LONGEST_TEXT else ""


def shared_problems(asked: str, answered: str) -> dict[str, list[str]]:
    found = {name: [why] for name, text in (("asked", asked), ("answered", answered)) if (why := text_problem(text))}
    if len(asked.strip()) > LONGEST_SHARED:
        found["asked"] = [f"公开的问题最多 {LONGEST_SHARED:,} 个字，请写得短一些。"]
    return found


def knowledge_problems(fields: Iterable[str], classes: Iterable[str]) -> dict[str, list[str]]:
    """The codes an expert chose for disciplines and instrument classes."""
    chosen, known = list(fields), list(classes)
    found: dict[str, list[str]] = {}
    if len(chosen) > MOST_DISCIPLINES or any(code not in disciplines() for code in chosen):
        found["disciplines"] = [f"请从列表中选择，最多 {MOST_DISCIPLINES} 个。"]
    if len(known) > MOST_CLASSES or any(instrument_class(code) is None for code in known):
        found["classes"] = [f"请从列表中选择，最多 {MOST_CLASSES} 类。"]
    return found
