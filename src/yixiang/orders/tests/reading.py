"""A strict reader of iCalendar text: what it takes, calendar programs take."""

import re

LINE = re.compile(r"(?P<name>[A-Z-]+)(?P<parameters>(?:;[A-Z-]+=[A-Z]+)*):(?P<value>.*)", re.DOTALL)
ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n"}
BARE = re.compile(r"(?<!\\)(?:\\\\)*[;,]")
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "UID", "NAME", "X-WR-CALNAME"}
EVENT = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "STATUS", "LAST-MODIFIED", "TRANSP"}


def unfolded(content: bytes) -> list[str]:
    """Every line ends with CRLF and holds at most 75 octets, each of them whole characters."""
    assert content.endswith(b"\r\n")
    physical = content[:-2].split(b"\r\n")
    for line in physical:
        assert len(line) <= 75, line
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode()  # no character is cut in two
    logical: list[str] = []
    for line in physical:
        if line.startswith(b" "):
            logical[-1] += line[1:].decode()
        else:
            logical.append(line.decode())
    return logical


def read(content: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The properties of the calendar and of each event."""
    head: dict[str, str] = {}
    events: list[dict[str, str]] = []
    inside: list[str] = []
    for line in unfolded(content):
        found = LINE.fullmatch(line)
        assert found, line
        name, value = found["name"], found["value"]
        if name == "BEGIN":
            inside.append(value)
            events += [{}] if value == "VEVENT" else []
        elif name == "END":
            assert inside.pop() == value
        else:
            where = events[-1] if inside == ["VCALENDAR", "VEVENT"] else head
            assert name not in where, f"{name} twice"
            where[name] = _value(name, value)
    assert inside == []
    for event in events:
        assert event.keys() >= EVENT
        assert all(re.fullmatch(r"\d{8}T\d{6}Z", event[name]) for name in ("DTSTAMP", "DTSTART", "DTEND"))
    assert len({event["UID"] for event in events}) == len(events)
    return head, events


def _value(name: str, value: str) -> str:
    if name not in TEXTS:
        return value
    assert not BARE.search(value), value
    return re.sub(r"\\[\\;,n]", lambda found: ESCAPES[found.group()], value)
