"""What an editor typed, kept as typed while a draft and read when it is published."""

from collections.abc import Mapping
from datetime import datetime, time

from yixiang.articles.rules import addresses
from yixiang.articles.rules.words import KINDS, TOPICS
from yixiang.kernel import typed as read
from yixiang.kernel.periods import SHANGHAI
from yixiang.kernel.typed import Reading, Unreadable

LONGEST = {"title": 120, "summary": 300, "slug": 80, "body": 100_000}
NAMES = ("kind", "title", "summary", "slug", "region", "topic", "publish_at", "body")
BODY_TOO_LONG = f"正文最多 {LONGEST['body']:,} 个字符，请拆成几篇，或把长表格放进附件。"


def kept(typed: Mapping[str, str]) -> dict[str, str]:
    """Only what this form asks for, no longer than a database should carry around for one draft."""
    return {name: str(typed[name])[: LONGEST.get(name, 200) + 1] for name in NAMES if name in typed}


def look(typed: Mapping[str, str]) -> Reading:
    """Everything publishing needs, or every reason why not, each at its field."""
    found = Reading()
    _words(typed, found)
    _choice("kind", typed, KINDS, found)
    if typed.get("kind") == "help":
        _choice("topic", typed, TOPICS, found)
    else:
        found.values["topic"] = ""
    try:
        found.values["publish_at"] = moment(typed.get("publish_at", ""))
    except Unreadable as problem:
        found.add("publish_at", str(problem))
    return found


def _words(typed: Mapping[str, str], found: Reading) -> None:
    title, summary = (read.text(typed.get(name, "").replace("\n", " ")) for name in ("title", "summary"))
    body, slug = read.paragraph(typed.get("body", "")), typed.get("slug", "").strip().lower()
    found.values.update(title=title, summary=summary, body=body, slug=slug)
    if not title:
        found.add("title", "请填写标题。")
    elif len(title) > LONGEST["title"]:
        found.add("title", f"标题最多 {LONGEST['title']} 个字。")
    if len(summary) > LONGEST["summary"]:
        found.add("summary", f"摘要最多 {LONGEST['summary']} 个字。")
    if not body and typed.get("kind") != "download":
        found.add("body", "请填写正文。")
    elif len(body) > LONGEST["body"]:
        found.add("body", BODY_TOO_LONG)
    if slug and (why := addresses.problem(slug)):
        found.add("slug", why)


def _choice(name: str, typed: Mapping[str, str], options: Mapping[str, str], found: Reading) -> None:
    value = typed.get(name, "")
    if value in options:
        found.values[name] = value
    else:
        found.add(name, "请从列表中选择。")


def moment(typed: str) -> datetime | None:
    """What a date-and-time field sends, or a plain day; both are meant in China."""
    text = typed.strip().replace(" ", "T")
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text) if "T" in text else _morning_of(text)
    except ValueError as wrong:
        raise Unreadable("请按“2026-03-01 09:00”的格式填写时间。") from wrong
    if not 2000 <= when.year <= 2100:
        raise Unreadable("时间应在 2000 年至 2100 年之间。")
    return when if when.tzinfo else when.replace(tzinfo=SHANGHAI)


def _morning_of(text: str) -> datetime:
    day = read.day(text)
    assert day is not None
    return datetime.combine(day, time(8))
