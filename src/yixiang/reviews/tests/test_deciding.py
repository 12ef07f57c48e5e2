from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.people.models import Grant, Person, Role
from yixiang.reviews import queries
from yixiang.reviews.commands import Opening, Round, decide, open_case, resubmit, withdraw
from yixiang.reviews.models import Case, Decision

pytestmark = pytest.mark.django_db


def test_a_case_waits_for_the_city_until_five_working_days_later(case: Case, city: Person, province: Person) -> None:
    assert case.holder == "长沙市科学技术局"
    assert case.due_on == date(2026, 3, 9)
    assert list(queries.inbox(city)) == [case]
    assert list(queries.inbox(province)) == []


def test_the_city_passes_it_on_and_the_province_ends_it(
    case: Case, city: Person, province: Person, now: datetime
) -> None:
    first = decide(case.pk, actor=city, action="approve", now=now)
    assert (first.final, first.case.state, first.case.holder) == (False, "open", "湖南省科学技术厅")
    second = decide(case.pk, actor=province, action="approve", now=now + timedelta(days=1))
    assert (second.final, second.case.state) == (True, "approved")
    assert [d.by_label for d in case.decisions.all()][1:] == [
        "长沙市科学技术局 · city",
        "湖南省科学技术厅 · province",
    ]


def test_the_province_cannot_decide_before_its_turn(case: Case, province: Person, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        decide(case.pk, actor=province, action="approve", now=now)


def test_a_reviewer_of_another_city_does_not_even_see_it(
    case: Case, reviewer: Callable[[str, str], Person], now: datetime
) -> None:
    stranger = reviewer("zhuzhou", "430200")
    assert not Case.objects.visible_to(stranger).exists()
    with pytest.raises(Unseen):
        decide(case.pk, actor=stranger, action="approve", now=now)


def test_nobody_decides_on_what_they_submitted(case: Case, applicant: Person, city: Person, now: datetime) -> None:
    Grant.objects.create(person=applicant, role=Role.objects.get(), scope="region/430000/430100")
    assert not queries.inbox(applicant).exists()
    with pytest.raises(NotPermitted, match="自己"):
        decide(case.pk, actor=applicant, action="approve", now=now)


@pytest.mark.parametrize("action", ["return", "reject"])
def test_a_no_says_why(case: Case, city: Person, now: datetime, action: str) -> None:
    with pytest.raises(Invalid) as refused:
        decide(case.pk, actor=city, action=action, note="  ", now=now)  # type: ignore[arg-type]
    assert "note" in refused.value.fields
    assert Decision.objects.filter(case=case).count() == 1


def test_a_decision_on_an_old_page_is_refused_and_writes_nothing(case: Case, city: Person, now: datetime) -> None:
    shown = case.version
    decide(case.pk, actor=city, action="return", note="缺少盖章页", now=now, version=shown)
    with pytest.raises(WrongState) as refused:
        decide(case.pk, actor=city, action="approve", now=now, version=shown)
    assert refused.value.code == "decided-already"
    assert Decision.objects.filter(case=case).count() == 2


def test_a_returned_case_starts_again_with_the_city(case: Case, city: Person, applicant: Person, now: datetime) -> None:
    decide(case.pk, actor=city, action="return", note="缺少盖章页", now=now)
    again = resubmit(
        case,
        actor=applicant,
        rounds=[Round("city", "长沙市科学技术局", ["region/430000/430100"], 5)],
        facts=[],
        now=now,
    )
    assert (again.state, again.round, again.is_last_round) == ("open", 0, True)


def test_a_withdrawn_case_leaves_every_inbox(case: Case, applicant: Person, city: Person, now: datetime) -> None:
    withdraw(case, actor=applicant, now=now)
    assert not queries.inbox(city).exists()


def test_the_same_thing_is_under_review_once(case: Case, applicant: Person, now: datetime) -> None:
    opening = Opening("unit", 7, "again", case.permission, "430102", [Round("city", "x", ["region/430000/430100"], 5)])
    with pytest.raises(WrongState) as refused:
        open_case(opening, applicant=applicant, now=now)
    assert refused.value.code == "already-under-review"


def test_the_time_line_says_who_holds_the_ball_and_for_how_long(case: Case, now: datetime) -> None:
    line = queries.timeline(case, on=date(2026, 3, 4))
    assert [(m.state, m.who) for m in line] == [
        ("done", "湘江材料研究院"),
        ("now", "长沙市科学技术局"),
        ("next", "湖南省科学技术厅"),
    ]
    assert line[1].days == 3


def test_what_was_decided_cannot_be_rewritten(case: Case) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_decision SET note = 'changed'")


def test_the_database_refuses_a_state_nobody_drew(case: Case) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="perhaps")
