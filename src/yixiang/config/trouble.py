"""The one way the operator's commands refuse: what is wrong and how to mend it, without a traceback."""


class Trouble(Exception):
    """Shown to the person at the terminal as it stands; exit code 1."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(f"{what}\n  {mend}" if mend else what)
        self.what = what
        self.mend = mend
