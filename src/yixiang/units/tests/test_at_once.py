"""Two at the same moment, over real connections: one wins, the other is told kindly, nothing is half done."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from yixiang.files.models import File
from yixiang.kernel.errors import Refused, WrongState
from yixiang.people.models import Person
from yixiang.reviews.models import Case, Decision
from yixiang.units.commands import members, registering
from yixiang.units.commands.deciding import decide_case
from yixiang.units.models import Membership, Unit
from yixiang.units.tests.conftest import filled_draft
from yixiang.units.tests.sample import NOW, OTHER_CODE

pytestmark = pytest.mark.django_db(transaction=True)
MakePerson = Callable[..., Person]


def together(*acts: Callable[[], object]) -> list[object]:
    """Each act on its own connection, all begun at once; what was returned or raised, in order."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[place] = act()
        except Refused as refused:
            results[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


def test_two_reviewers_at_once(submitted: Unit, city: Person, person: MakePerson) -> None:
    second = person("city2", "authority", "region/430000/430100")
    case = Case.objects.get(pk=submitted.case_id)

    def decide(by: Person, action: str) -> Callable[[], object]:
        return lambda: decide_case(case, actor=by, action=action, note="意见", version=1, now=NOW)  # type: ignore[arg-type]

    results = together(decide(city, "return"), decide(second, "return"))
    refused = [result for result in results if isinstance(result, WrongState)]
    assert len(refused) == 1
    assert "处理过" in refused[0].message
    assert Decision.objects.filter(case=case, action="return").count() == 1


def test_two_claimants_of_one_code_at_once(person: MakePerson, scan: Callable[[Person], File]) -> None:
    one, two = person("one"), person("two")
    first = filled_draft(one, scan, account_name="aaa")
    second = filled_draft(two, scan, account_name="bbb")
    results = together(
        lambda: registering.submit(first, actor=one, now=NOW), lambda: registering.submit(second, actor=two, now=NOW)
    )
    assert sum(isinstance(result, registering.CodeTaken) for result in results) == 1
    assert Unit.objects.claiming(OTHER_CODE).count() == 1
    assert Case.objects.count() == 1


def test_one_form_sent_twice_at_once(draft: Unit, registrant: Person) -> None:
    def send() -> object:
        return registering.submit(draft, actor=registrant, now=NOW)

    results = together(send, send)
    assert sum(isinstance(result, WrongState) for result in results) == 1
    assert Case.objects.count() == 1


def test_two_approvals_of_one_membership_at_once(joined: Unit, registrant: Person, person: MakePerson) -> None:
    second = person("admin2", "unit_admin", joined.scope)
    asked = members.ask_to_join(person("staff"), unit=joined, now=NOW)
    case = Case.objects.get(pk=asked.case_id)

    def approve(by: Person) -> Callable[[], object]:
        return lambda: decide_case(case, actor=by, action="approve", now=NOW)

    results = together(approve(registrant), approve(second))
    assert sum(isinstance(result, WrongState) for result in results) == 1
    assert Membership.objects.get(pk=asked.pk).state == "member"


def test_two_drafts_begun_at_once_are_one(registrant: Person) -> None:
    def start() -> object:
        return registering.start_draft(registrant, now=NOW)

    assert len({str(getattr(unit, "pk", unit)) for unit in together(start, start)}) == 1


def test_one_person_asking_two_units_at_once_is_bound_to_one(joined: Unit, person: MakePerson) -> None:
    other = Unit.objects.create(
        name="另一家", state="joined", kind="team", uses=True, region="430100", joined_at=NOW, confirmed_at=NOW
    )
    staff = person("staff")
    together(
        lambda: members.ask_to_join(staff, unit=joined, now=NOW),
        lambda: members.ask_to_join(staff, unit=other, now=NOW),
    )
    assert staff.memberships.live().count() == 1
