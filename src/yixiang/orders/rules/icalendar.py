"""Events as iCalendar text (RFC 5545, and 7986 for the name and how often to look again)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

WIDTH = 75  # octets of a line, without its end
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Event:
    """One stretch of time. `sequence` rises with every change; what is cancelled is said to be so, not left out."""

    uid: str
    starts: datetime
    ends: datetime
    changed: datetime
    sequence: int
    status: str  # TENTATIVE, CONFIRMED, CANCELLED
    summary: str
    place: str = ""
    words: str = ""
    url: str = ""

    def lines(self) -> Iterable[str]:
        yield "BEGIN:VEVENT"
        yield f"UID:{text(self.uid)}"
        yield f"DTSTAMP:{utc(self.changed)}"
        yield f"LAST-MODIFIED:{utc(self.changed)}"
        yield f"SEQUENCE:{self.sequence}"
        yield f"DTSTART:{utc(self.starts)}"
        yield f"DTEND:{utc(self.ends)}"
        yield f"SUMMARY:{text(self.summary)}"
        yield f"STATUS:{self.status}"
        yield f"TRANSP:{'TRANSPARENT' if self.status == 'CANCELLED' else 'OPAQUE'}"
        if self.place:
            yield f"LOCATION:{text(self.place)}"
        if self.words:
            yield f"DESCRIPTION:{text(self.words)}"
        if self.url:
            yield f"URL:{self.url}"
        yield "END:VEVENT"


def calendar(name: str, events: Iterable[Event], *, again: str = "PT30M") -> bytes:
    """The same events give the same bytes, so that whoever has them already need not be sent them again."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yixiang//Calendar//ZH", "CALSCALE:GREGORIAN"]
    lines += [f"NAME:{text(name)}", f"X-WR-CALNAME:{text(name)}"]
    lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{again}", f"X-PUBLISHED-TTL:{again}"]
    for event in events:
        lines += event.lines()
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(words: str) -> str:
    """What would end a value is escaped; what no calendar can show is left out."""
    plain = CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, "\\" + mark)
    return plain.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """At most 75 octets a line, never within a character; what follows begins with a space."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > WIDTH:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
