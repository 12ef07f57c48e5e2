"""The one way an inspection says no: what is wrong with the file and what to do about it."""

from yixiang.kernel.errors import Invalid


class BadFile(Invalid):
    """Always about the field `file`, so that forms put it where the person looks."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, code=code, fields={"file": [message]})
