from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from yixiang.kernel import scopes
from yixiang.people.models import Grant, Person, Role
from yixiang.reviews.commands import Fact, Opening, authority_round, open_case
from yixiang.reviews.models import Authority, Case

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday morning in Changsha
DECIDE = "units:unit:decide"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def reviewer(db: None) -> Callable[[str, str], Person]:
    role = Role.objects.create(code="reviewer", name="审核人", permissions=[DECIDE], reaches=["region"])

    def make(username: str, region: str) -> Person:
        person = Person.objects.create(username=username, name=username)
        Grant.objects.create(person=person, role=role, scope=scopes.region(region))
        return person

    return make


@pytest.fixture
def applicant(db: None) -> Person:
    return Person.objects.create(username="applicant", name="申请人")


@pytest.fixture
def city(reviewer: Callable[[str, str], Person]) -> Person:
    return reviewer("city", "430100")


@pytest.fixture
def province(reviewer: Callable[[str, str], Person]) -> Person:
    return reviewer("province", "430000")


@pytest.fixture
def case(applicant: Person) -> Case:
    Authority.objects.create(region="430100", level="city", name="长沙市科学技术局")
    Authority.objects.create(region="430000", level="province", name="湖南省科学技术厅")
    return open_case(
        Opening(
            kind="unit",
            subject_id=7,
            title="湘江材料研究院申请入网",
            permission=DECIDE,
            region="430102",
            rounds=[authority_round("city", "430102", 5), authority_round("province", "430102", 10)],
            applicant_label="湘江材料研究院",
            facts=[Fact("统一社会信用代码", "91430100MA4L16JQ9B", passed=True)],
        ),
        applicant=applicant,
        now=NOW,
    )
