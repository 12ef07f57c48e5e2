"""Whose a file is to read."""

from typing import Any

from yixiang.files.models import File


def may_read(person: Any, file: File) -> bool:
    """One's own while it waits. Afterwards the room of its object decides and serves it from its own page."""
    return bool(not file.is_attached and person.is_authenticated and file.uploader_id == person.pk)
