"""Asking an expert and being answered: who sees it, who may speak, what the other side hears."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from yixiang.kernel.errors import Invalid, NotPermitted, TooMany, Unseen, WrongState
from yixiang.people.access import forget_grants
from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.commands import consulting, deciding, experts, members, sharing
from yixiang.units.models import Expert, Question, QuestionTurn, Unit
from yixiang.units.queries import ExpertsWanted
from yixiang.units.tests.sample import NOW
from yixiang.units.tests.test_pages import browser

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., Person]
WORDS = {"title": "教授", "field": "材料表征", "instruments": "JEM-2100F", "introduction": ""}


def certified(unit: Unit, who: Person, admin: Person, province: Person, **knows: list[str]) -> Expert:
    forget_grants(admin)  # what was asked before the unit joined
    if not unit.memberships.belonging().filter(person=who).exists():
        member = members.ask_to_join(who, unit=unit, now=NOW)
        assert member.case
        deciding.decide_case(member.case, actor=admin, action="approve", now=NOW)
    expert = experts.apply(who, unit=unit, now=NOW, **WORDS, **knows)
    assert expert.case
    deciding.decide_case(expert.case, actor=province, action="approve", now=NOW)
    return Expert.objects.get(pk=expert.pk)


@pytest.fixture
def expert(joined: Unit, registrant: Person, person: MakePerson, province: Person) -> Expert:
    return certified(joined, person("scholar"), registrant, province, classes=["010101"], disciplines=["430"])


@pytest.fixture
def other(joined: Unit, registrant: Person, person: MakePerson, province: Person) -> Expert:
    return certified(joined, person("colleague"), registrant, province)


@pytest.fixture
def asker(person: MakePerson) -> Person:
    return person("asker")


@pytest.fixture
def question(expert: Expert, asker: Person) -> Question:
    return consulting.ask(expert, actor=asker, title="怎样制样？", text="纳米粉末团聚。", now=NOW)


def answered(question: Question, text: str = "超声分散。") -> Question:
    return consulting.answer(question, actor=question.expert.person, text=text, now=NOW)


def test_the_expert_hears_of_the_question_and_the_asker_of_the_answer(question: Question, asker: Person) -> None:
    assert question.expert.person.notices.filter(kind="consultation").get().subject == "有人向您咨询：怎样制样？"
    assert answered(question).state == "answered"
    assert asker.notices.get().subject == "专家已答复：怎样制样？"


def test_only_the_two_and_the_authority_there_see_it(
    question: Question, asker: Person, city: Person, stranger: Person, registrant: Person
) -> None:
    for seeing in (asker, question.expert.person, city):
        assert queries.question_for(seeing, question.pk) == question
    for blind in (stranger, registrant):
        with pytest.raises(Unseen):
            queries.question_for(blind, question.pk)


def test_the_authority_reads_and_does_not_speak(question: Question, city: Person) -> None:
    with pytest.raises(NotPermitted):
        consulting.answer(question, actor=city, text="x", now=NOW)
    assert queries.acts_of(question, city) == []


def test_the_asker_follows_up_and_closes_with_thanks(question: Question, asker: Person) -> None:
    again = consulting.ask_again(answered(question), actor=asker, text="用什么溶剂？", now=NOW)
    assert again.state == "asked"
    closed = consulting.close(answered(again), actor=asker, thanks="谢谢", now=NOW)
    assert [turn.kind for turn in closed.turns.all()] == ["ask", "answer", "ask_again", "answer", "close"]


def test_a_forwarded_question_leaves_the_first_expert(question: Question, other: Expert, asker: Person) -> None:
    first = question.expert.person
    moved = consulting.forward(question, actor=first, to=other, note="他更熟悉", now=NOW)
    assert queries.question_for(other.person, moved.pk)
    assert asker.notices.filter(subject__startswith="咨询已转给").exists()
    with pytest.raises(Unseen):
        queries.question_for(first, question.pk)


def test_a_question_is_not_forwarded_to_its_own_asker(question: Question, expert: Expert, other: Expert) -> None:
    own = consulting.ask(expert, actor=other.person, title="问", text="问", now=NOW)
    for to in (other, expert):
        with pytest.raises(Invalid):
            consulting.forward(own, actor=expert.person, to=to, note="x", now=NOW)


def test_declining_needs_a_reason(question: Question) -> None:
    with pytest.raises(Invalid):
        consulting.decline(question, actor=question.expert.person, note=" ", now=NOW)
    assert consulting.decline(question, actor=question.expert.person, note="不熟悉", now=NOW).state == "declined"


def test_nobody_answers_twice_over_a_closed_question(question: Question, asker: Person) -> None:
    consulting.close(question, actor=asker, now=NOW)
    with pytest.raises(WrongState):
        answered(question)


def test_five_questions_an_hour_and_not_six(expert: Expert, asker: Person) -> None:
    for number in range(5):
        consulting.ask(expert, actor=asker, title=f"问{number}", text="问", now=NOW + timedelta(minutes=number))
    with pytest.raises(TooMany) as refused:
        consulting.ask(expert, actor=asker, title="问", text="问", now=NOW + timedelta(minutes=30))
    assert 0 < refused.value.retry_after <= 1801
    assert consulting.ask(expert, actor=asker, title="问", text="问", now=NOW + timedelta(minutes=61))


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("title", "长" * 81), ("text", ""), ("text", "长" * 5001), ("category", "9")],
)
def test_a_question_that_cannot_be_sent_says_why(field: str, value: str, expert: Expert, asker: Person) -> None:
    with pytest.raises(Invalid) as refused:
        consulting.ask(expert, actor=asker, now=NOW, **{"title": "问", "text": "问", field: value})
    assert list(refused.value.fields) == [field]


def test_experts_do_not_ask_themselves(expert: Expert) -> None:
    with pytest.raises(WrongState):
        consulting.ask(expert, actor=expert.person, title="问", text="问", now=NOW)


def test_who_has_retired_is_asked_no_more(expert: Expert, asker: Person) -> None:
    experts.retire(expert, actor=expert.person, now=NOW)
    with pytest.raises(Unseen):
        consulting.ask(expert, actor=asker, title="问", text="问", now=NOW)


def test_what_was_said_is_not_rewritten(question: Question) -> None:
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        QuestionTurn.objects.update(text="另一句")


# --- letting others read it


def test_nothing_is_public_before_the_asker_agrees(question: Question, asker: Person, expert: Expert) -> None:
    shared = sharing.propose(answered(question), actor=expert.person, asked="制样？", answered="超声。", now=NOW)
    assert not queries.shared_of(expert).exists()
    sharing.agree(shared, actor=asker, now=NOW)
    assert [row.shared_answer for row in queries.shared_of(expert)] == ["超声。"]
    sharing.retract(shared, actor=asker, now=NOW)
    assert not queries.shared_of(expert).exists()


def test_who_agreed_when_asking_is_not_asked_again(expert: Expert, asker: Person) -> None:
    question = consulting.ask(expert, actor=asker, title="问", text="问", may_share=True, now=NOW)
    shared = sharing.propose(answered(question), actor=expert.person, asked="问", answered="答", now=NOW)
    assert shared.sharing == "public"
    assert asker.notices.filter(subject__startswith="问答公开").exists()


def test_only_the_expert_proposes_only_the_asker_agrees(question: Question, asker: Person, expert: Expert) -> None:
    with pytest.raises(WrongState):
        sharing.propose(question, actor=expert.person, asked="问", answered="答", now=NOW)
    with pytest.raises(NotPermitted):
        sharing.propose(answered(question), actor=asker, asked="问", answered="答", now=NOW)
    shared = sharing.propose(question, actor=expert.person, asked="问", answered="答", now=NOW)
    with pytest.raises(NotPermitted):
        sharing.agree(shared, actor=expert.person, now=NOW)


def test_the_authority_takes_back_what_should_not_be_public(question: Question, city: Person, expert: Expert) -> None:
    sharing.propose(answered(question), actor=expert.person, asked="问", answered="答", now=NOW)
    assert sharing.retract(question, actor=city, now=NOW).sharing == "private"


def test_the_database_refuses_a_public_question_without_words(question: Question) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(sharing="public")


# --- the directory


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ExpertsWanted(q="透射"), 1),
        (ExpertsWanted(q="JEM"), 1),
        (ExpertsWanted(q="scholar 材料"), 1),
        (ExpertsWanted(q="材料科学"), 1),
        (ExpertsWanted(q="没有这个词"), 0),
        (ExpertsWanted(category="010000"), 1),
        (ExpertsWanted(category="010102"), 0),
        (ExpertsWanted(discipline="430"), 1),
        (ExpertsWanted(region="430000"), 1),
        (ExpertsWanted(region="370000"), 0),
    ],
)
def test_an_expert_is_found_by_words_class_discipline_and_region(
    wanted: ExpertsWanted, found: int, expert: Expert
) -> None:
    assert queries.experts_found(wanted).count() == found


def test_strange_filters_count_as_not_asked_for(expert: Expert) -> None:
    wanted = queries.experts_wanted_from({"q": "\x00", "category": "'; --", "discipline": "<b>", "region": "1"})
    assert wanted == ExpertsWanted()


def test_an_expert_changes_what_they_know_without_review(expert: Expert) -> None:
    changed = experts.update(
        expert, actor=expert.person, instruments="", introduction="", classes=["010102"], disciplines=[], now=NOW
    )
    assert (changed.state, changed.class_names) == ("certified", ["扫描电镜"])
    with pytest.raises(Invalid):
        experts.update(expert, actor=expert.person, instruments="", introduction="", classes=["x"], now=NOW)


# --- through the doors


def test_the_public_page_shows_no_way_to_reach_the_person_but_asking(expert: Expert) -> None:
    Person.objects.filter(pk=expert.person_id).update(phone="13800138000", email="scholar@example.com")
    for url in (reverse("portal:experts"), reverse("portal:expert", args=[expert.pk])):
        text = Client().get(url).content.decode()
        assert "scholar" in text
        assert "13800138000" not in text
        assert "scholar@example.com" not in text


def test_a_visitor_signs_in_before_asking(expert: Expert) -> None:
    assert Client().get(reverse("units:ask-expert", args=[expert.pk])).url.startswith("/account/login/")


def test_a_whole_conversation_without_script(expert: Expert, asker: Person) -> None:
    client, theirs = browser(asker), browser(expert.person)
    sent = {"title": "怎样制样？", "text": "粉末团聚", "category": "010101"}
    there = client.post(reverse("units:ask-expert", args=[expert.pk]), sent)
    question = Question.objects.get()
    assert there.url == reverse("units:question", args=[question.pk])
    theirs.post(reverse("units:question-act", args=[question.pk, "answer"]), {"text": "超声分散"})
    assert "超声分散" in client.get(there.url).content.decode()
    client.post(reverse("units:question-act", args=[question.pk, "close"]), {"text": ""})
    question.refresh_from_db()
    assert question.state == "closed"


def test_a_bad_attachment_comes_back_with_what_was_typed(expert: Expert, asker: Person) -> None:
    fake = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>")
    sent = {"title": "怎样制样？", "text": "写了很久", "file": fake}
    page = browser(asker).post(reverse("units:ask-expert", args=[expert.pk]), sent)
    assert page.status_code == 422
    assert "写了很久" in page.content.decode()
    assert not Question.objects.exists()


def test_markup_in_a_question_is_shown_as_typed(expert: Expert, asker: Person) -> None:
    text = "<script>alert(1)</script> [x](javascript:alert(1))"
    question = consulting.ask(expert, actor=asker, title="<b>题</b>", text=text, now=NOW)
    page = browser(asker).get(reverse("units:question", args=[question.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;题&lt;/b&gt;" in page


@pytest.mark.parametrize("action", ["answer", "forward", "agree", "nonsense"])
def test_a_step_that_is_not_ones_own_does_not_exist(action: str, question: Question, asker: Person) -> None:
    assert browser(asker).get(reverse("units:question-act", args=[question.pk, action])).status_code == 404
