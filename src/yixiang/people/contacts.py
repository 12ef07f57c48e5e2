"""Phone numbers as people type them, kept in one form: eleven digits in the mainland, E.164 elsewhere."""

import phonenumbers

from yixiang.people import rules


def normal_phone(text: str) -> str:
    """The form we keep; empty when it is not a phone number that can receive a code."""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return ""
    if number.country_code == 86:
        national = str(number.national_number)
        return national if rules.mainland(national) else ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
