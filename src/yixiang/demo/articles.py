"""The portal's editorial content of the demo: written, illustrated and published the way an editor would."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from yixiang.articles.commands import attaching, publishing, writing
from yixiang.articles.models import Article
from yixiang.demo import documents
from yixiang.demo.texts import STORIES, Story
from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.kernel.periods import local_date
from yixiang.people.models import Person

EDITORS = {
    "": "editor",
    "430000": "hn.platform",
    "370000": "sd.platform",
    "440000": "gd.platform",
    "411000": "xc.platform",
}


@dataclass(frozen=True, slots=True)
class _Desk:
    people: Mapping[str, Person]
    now: datetime


def write(people: Mapping[str, Person], now: datetime) -> list[Article]:
    """Some twenty articles over the four jurisdictions: one scheduled, one draft, two pinned, four with files."""
    return [_written(_Desk(people, now), story) for story in STORIES]


def _written(desk: _Desk, story: Story) -> Article:
    editor, at = desk.people[EDITORS[story.region]], desk.now - timedelta(days=story.days)
    began = min(at, desk.now) - timedelta(hours=2)
    article = writing.start(editor, kind=story.kind, region=story.region, now=began)
    typed = {
        "title": story.title,
        "summary": story.summary,
        "body": story.body,
        "topic": story.topic,
        "slug": story.slug,
    }
    if story.days < 0:
        typed["publish_at"] = at.isoformat()
    article = writing.save(article, actor=editor, typed=typed, now=began)
    for name in story.files:
        file = _taken(documents.make(name), name, "article-file", editor, began)
        attaching.attach(article, actor=editor, file=file, now=began)
    if story.picture:
        file = _taken(_picture(story.picture), "cover.png", "article-picture", editor, began)
        attaching.add_picture(article, actor=editor, file=file, now=began, as_cover=True)
    if story.draft:
        return article
    article = publishing.publish(article, actor=editor, now=min(at, desk.now))
    if story.pinned:
        until = local_date(desk.now) + timedelta(days=story.pinned)
        article = publishing.pin(article, actor=editor, until=until, on=local_date(desk.now), now=desk.now)
    return article


def _taken(content: bytes, name: str, purpose: str, editor: Person, now: datetime) -> File:
    return take(SimpleUploadedFile(name, content), uploader=editor, purpose=purpose, now=now)


def _picture(look: str) -> bytes:
    """A quiet drawing in the colours of the house: an instrument's column, a spectrum, or people at a bench."""
    picture = Image.new("RGB", (1200, 800), "#e4f2f1")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 620, 1200, 800), fill="#d3e6e4")
    if look == "spectrum":
        points = [(140 + n * 4, 600 - _height(n)) for n in range(230)]
        pen.line(points, fill="#0b6467", width=10, joint="curve")
        pen.line((130, 610, 1080, 610), fill="#0b6467", width=10)
    elif look == "bench":
        for left in (220, 560, 900):
            pen.ellipse((left - 45, 300, left + 45, 390), outline="#0b6467", width=10)
            pen.arc((left - 95, 400, left + 95, 640), 180, 360, fill="#0b6467", width=10)
        pen.line((120, 620, 1080, 620), fill="#0b6467", width=10)
    else:
        for box in ((520, 140, 680, 240), (480, 240, 720, 420), (540, 420, 660, 560), (400, 560, 800, 640)):
            pen.rounded_rectangle(box, 18, outline="#0b6467", width=10, fill="#ffffff")
        pen.rounded_rectangle((860, 380, 1080, 540), 14, outline="#b4530a", width=10, fill="#ffffff")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _height(n: int) -> float:
    """Three peaks over a quiet ground."""
    return sum(high / (1 + ((n - at) / wide) ** 2) for at, wide, high in ((45, 5, 260), (110, 8, 430), (178, 4, 180)))
