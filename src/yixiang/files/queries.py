"""Which files a person may take up again."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yixiang.files.access import may_read
from yixiang.files.models import File
from yixiang.kernel.errors import Unseen


def waiting_file(person: Any, file_id: UUID | str) -> File:
    """One's own upload that is not yet part of anything."""
    file: File | None = File.objects.visible_to(person).filter(pk=file_id).first()
    if file is None or not may_read(person, file):
        raise Unseen(_("没有找到这个文件，它可能放置太久已被清理。请重新上传。"))
    return file
