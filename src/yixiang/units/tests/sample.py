"""A unit that could exist, as somebody would type it."""

from datetime import UTC, datetime

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday morning in Changsha
CODE, OTHER_CODE = "91430100MA4L16JQ9D", "91350100M000100Y43"


def typed(**changes: str) -> dict[str, str]:
    return {
        "name": "湘江材料科技有限公司",
        "kind": "enterprise",
        "credit_code": OTHER_CODE,
        "affiliation": "municipal",
        "region": "430104",
        "address": "岳麓区麓山南路 1 号",
        "provides": "on",
        "uses": "on",
        "legal_representative": "李明",
        "contact_name": "王芳",
        "contact_phone": "138 0013 8000",
        "contact_email": "wang@example.com",
        "headcount": "120",
        "last_year_revenue": "3500万",
        "account_name": "xjclkj",
        **changes,
    }
