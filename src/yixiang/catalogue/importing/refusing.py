"""The one way a workbook as a whole is refused: in words for whoever sent it."""


class Unusable(Exception):
    """Nothing of the file can be taken; the message says why and what to do."""
