"""The upload handler: what is too large is not written to the disk any further, while the rest of the form is read."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps at most one byte more than allowed, so that the command sees that it was too much and can say so kindly.

    Breaking the connection off instead would leave the person with a browser error and an empty form.
    """

    written: int

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.written = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = settings.FILE_MAX_BYTES + 1 - self.written
        if room > 0:
            piece = raw_data[:room]
            self.written += len(piece)
            super().receive_data_chunk(piece, start)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        return super().file_complete(min(file_size, self.written))
