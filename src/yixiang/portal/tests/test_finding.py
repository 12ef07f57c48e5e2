import re
from collections.abc import Callable

import pytest
from django.test import Client

from yixiang.catalogue.models import Instrument, Shortlisted, Wish
from yixiang.people.models import Person

SignedIn = Callable[[str], Client]


@pytest.mark.parametrize("path", ["/", "/instruments/", "/platforms/", "/services/", "/units/", "/shortlist/"])
def test_a_visitor_opens_every_public_list_in_both_languages(signed_in: SignedIn, path: str) -> None:
    assert signed_in("").get(path).status_code == 200
    assert signed_in("").get(f"/en{path}").status_code == 200


def test_words_in_the_box_bring_the_instrument_with_its_words_marked(signed_in: SignedIn, sem: Instrument) -> None:
    page = signed_in("").get("/instruments/", {"q": "SEM"}).content.decode()
    assert f"/instruments/{sem.code}/" in page
    assert re.search("<mark>[^<]*扫描电镜</mark>", page)


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "长" * 10_000,
        "q=%22%28%27",
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "q=';+DROP+TABLE+x;--",
        "q=🔬🔬",
        "category=nothing&region=xx&mode=%00&price_max=-1&free_from=tomorrow&sort=best&cursor=abc",
    ],
)
def test_bad_searches_are_answered_kindly(signed_in: SignedIn, query: str) -> None:
    response = signed_in("").get(f"/instruments/?{query}")
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_facet_that_does_not_exist_is_named_and_ignored(signed_in: SignedIn) -> None:
    assert "没有“nothing”这个筛选项" in signed_in("").get("/instruments/?category=nothing").content.decode()


def test_what_is_applied_stands_as_a_chip_with_a_way_out(signed_in: SignedIn) -> None:
    page = signed_in("").get("/instruments/?category=010100&price_max=500").content.decode()
    assert 'class="chip" href="/instruments/?category=010000&amp;price_max=500"' not in page
    assert "每项不超过 ¥500" in page
    assert "电子光学仪器" in page


def test_more_results_come_by_a_cursor_and_are_others(signed_in: SignedIn) -> None:
    first = signed_in("").get("/instruments/").content.decode()
    more = re.search('hx-get="([^"]+)"', first)
    assert more
    second = signed_in("").get(more[1].replace("&amp;", "&")).content.decode()
    codes = [set(re.findall('id="keep-icon-([a-z0-9]+)"', page)) for page in (first, second)]
    assert [len(found) for found in codes] == [20, 20]
    assert not codes[0] & codes[1]


def test_suggestions_come_as_a_list_and_as_browsers_ask_for_it(signed_in: SignedIn) -> None:
    offers = signed_in("").get("/instruments/suggest/", {"q": "扫描"}).json()
    assert offers
    assert all(offer["url"].startswith("/instruments/?") for offer in offers)
    assert signed_in("").get("/instruments/suggest/", {"q": "扫描", "as": "list"}).json()[0] == "扫描"
    assert signed_in("").get("/instruments/suggest/").json() == []


def test_nothing_found_offers_to_leave_a_wish_and_a_visitor_comes_back_to_it(signed_in: SignedIn) -> None:
    page = signed_in("").get("/instruments/?q=量子引力透镜阵列").content.decode()
    assert "登记这个需求" in page
    sent = signed_in("").get("/instruments/wish/?q=量子引力透镜阵列")
    assert sent.status_code == 302
    assert "next=/instruments/wish/%3Fq%3D" in sent.headers["Location"]


def test_a_wish_is_kept_once_with_its_filters(signed_in: SignedIn) -> None:
    client = signed_in("hn.user")
    for note in ("", "要低温"):
        client.post("/instruments/wish/", {"q": "量子引力透镜阵列", "region": "430100", "note": note})
    wish = Wish.objects.get(person__username="hn.user")
    assert (wish.words, wish.region, wish.note) == ("量子引力透镜阵列", "430100", "要低温")


def test_a_wish_without_words_is_refused_on_its_page(signed_in: SignedIn) -> None:
    response = signed_in("hn.user").post("/instruments/wish/", {"q": "  "})
    assert response.status_code == 422
    assert "请先写下" in response.content.decode()


def test_whoever_wants_what_is_near_is_asked_where_they_are(signed_in: SignedIn) -> None:
    visitor = signed_in("")
    assert '<option value="430100">' in visitor.get("/instruments/?sort=near").content.decode()
    assert "<option" not in visitor.get("/instruments/?sort=near&near=430100").content.decode()


def test_by_unit_the_units_are_listed_with_their_best(signed_in: SignedIn) -> None:
    assert "湘江科技大学" in signed_in("").get("/instruments/?by=unit&q=SEM").content.decode()


# --- shortlist


def test_a_visitors_shortlist_is_kept_in_the_session_and_joins_the_account(
    signed_in: SignedIn, sem: Instrument
) -> None:
    client = signed_in("")
    client.post("/shortlist/add/", {"code": sem.code})
    assert sem.name in client.get("/shortlist/").content.decode()
    person = Person.objects.get(username="hn.user")
    codes = client.session["shortlist"]
    client.force_login(person)
    session = client.session
    session["shortlist"] = codes
    session.save()
    assert sem.name in client.get("/shortlist/").content.decode()
    assert Shortlisted.objects.filter(person=person, instrument=sem).exists()


def test_the_number_in_the_top_bar_follows_the_shortlist(signed_in: SignedIn, sem: Instrument) -> None:
    client = signed_in("hn.user")
    client.post("/shortlist/add/", {"code": sem.code})
    assert 'id="shortlist-count">1<' in client.get("/").content.decode()
    client.post("/shortlist/remove/", {"code": sem.code})
    assert 'id="shortlist-count"><' in client.get("/").content.decode()


def test_with_script_only_the_button_and_the_number_come_back(signed_in: SignedIn, sem: Instrument) -> None:
    answer = signed_in("hn.user").post(
        "/shortlist/add/", {"code": sem.code, "look": "icon"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert "/shortlist/remove/" in page
    assert "<html" not in page


def test_what_is_stopped_is_cleared_in_one_step(signed_in: SignedIn, sem: Instrument) -> None:
    client = signed_in("hn.user")
    stopped = Instrument.objects.filter(state="stopped")[0]
    for one in (sem, stopped):
        client.post("/shortlist/add/", {"code": one.code})
    assert "清除已停用的 1 台" in client.get("/shortlist/").content.decode()
    client.post("/shortlist/clear/")
    assert list(Shortlisted.objects.values_list("instrument__code", flat=True)) == [sem.code]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}]
)
def test_a_form_of_another_site_changes_no_shortlist(
    signed_in: SignedIn, sem: Instrument, headers: dict[str, str]
) -> None:
    answer = signed_in("hn.user").post("/shortlist/add/", {"code": sem.code}, headers=headers)
    assert answer.status_code == 403
    assert not Shortlisted.objects.exists()


def test_a_draft_cannot_be_put_on_a_shortlist(signed_in: SignedIn, sem: Instrument) -> None:
    Instrument.objects.filter(pk=sem.pk).update(state="draft")
    assert signed_in("").post("/shortlist/add/", {"code": sem.code}).status_code == 404


def test_an_enquiry_names_the_instruments_of_one_unit_and_becomes_a_letter(
    signed_in: SignedIn, sem: Instrument
) -> None:
    other = Instrument.objects.exclude(unit=sem.unit).filter(state="listed")[0]
    client = signed_in("")
    data = {"code": [sem.code, other.code], "samples": "三块断口", "sender": "王敏"}
    page = client.post("/enquiry/", data).content.decode()
    assert "三块断口" in page
    assert "mailto:" in page
    assert client.get("/enquiry/?code=nothing").status_code == 404
