"""Personal data as it may be shown to whoever has no business with the whole of it."""


def phone(text: str) -> str:
    """138****1234; a number too short to keep anything back is hidden whole."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*" * len(text)


def email(text: str) -> str:
    name, at, host = text.partition("@")
    return f"{name[:1]}***{at}{host}" if at else "*" * len(text)


def name(text: str) -> str:
    """张三丰 → 张**."""
    return text[:1] + "*" * (len(text) - 1)


def credit_code(text: str) -> str:
    """The code is public, but somebody who only searches for a unit to join needs just enough to tell two apart."""
    return f"{text[:4]}**********{text[-4:]}" if len(text) == 18 else text


def account(text: str) -> str:
    return f"**** **** **** {text[-4:]}" if len(text) >= 8 else "*" * len(text)
