"""From a draft to what readers see, and back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from yixiang.articles import queries
from yixiang.articles.commands import attaching, publishing, writing
from yixiang.articles.models import Article, ArticleEvent
from yixiang.articles.tests.conftest import NOW, Write, taken
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.kernel.periods import local_date
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db
TODAY = local_date(NOW)


def test_a_draft_is_seen_by_no_reader_and_then_by_everybody(draft: Write, hunan: Person) -> None:
    article = draft()
    assert not Article.objects.public(NOW).exists()
    article = publishing.publish(article, actor=hunan, now=NOW)
    assert queries.readable(None, "news", article.slug, now=NOW).body == "欢迎参观。"
    assert (article.slug, article.region, article.typed) == ("yi-qi-kai-fang-ri", "430000", {})


def test_a_scheduled_article_appears_when_its_moment_comes(published: Write) -> None:
    article = published(publish_at="2026-03-05T09:00")
    assert article.is_scheduled(NOW)
    with pytest.raises(Unseen):
        queries.readable(None, "news", article.slug, now=NOW)
    assert queries.readable(None, "news", article.slug, now=NOW + timedelta(days=4))


def test_readers_see_no_change_before_it_is_published(published: Write, hunan: Person) -> None:
    article = published()
    writing.save(article, actor=hunan, typed={"title": "改到一半"}, now=NOW)
    assert Article.objects.get().title == "仪器开放日"
    publishing.publish(article, actor=hunan, now=NOW)
    assert Article.objects.get().title == "改到一半"


def test_an_address_never_changes_once_published(published: Write, hunan: Person) -> None:
    article = published()
    article = writing.save(article, actor=hunan, typed={"title": "新题目", "slug": "other"}, now=NOW)
    with pytest.raises(Invalid) as refused:
        publishing.publish(article, actor=hunan, now=NOW)
    assert "slug" in refused.value.fields


def test_two_articles_of_one_title_have_two_addresses(published: Write) -> None:
    assert [published().slug, published().slug] == ["yi-qi-kai-fang-ri", "yi-qi-kai-fang-ri-2"]


def test_a_typed_address_that_is_taken_is_refused(published: Write, draft: Write, hunan: Person) -> None:
    published(slug="open-day")
    with pytest.raises(Invalid) as refused:
        publishing.publish(draft(slug="open-day"), actor=hunan, now=NOW)
    assert refused.value.code == "address-taken"


def test_a_save_on_an_old_version_overwrites_nothing(draft: Write, hunan: Person) -> None:
    article = draft()
    writing.save(article, actor=hunan, typed={"title": "甲"}, version=article.version, now=NOW)
    with pytest.raises(Refused) as refused:
        writing.save(article, actor=hunan, typed={"title": "乙"}, version=article.version, now=NOW)
    assert refused.value.status == 412
    assert Article.objects.get().typed["title"] == "甲"


def test_an_editor_touches_only_the_own_province(draft: Write, published: Write, shandong: Person) -> None:
    article = published()
    with pytest.raises(NotPermitted):
        publishing.withdraw(article, actor=shandong, note="x", now=NOW)
    with pytest.raises(Unseen):
        queries.article_for_editor(shandong, article.pk)
    assert queries.article_for_editor


def test_nobody_publishes_for_a_place_not_theirs(draft: Write, hunan: Person) -> None:
    for region in ("", "370000"):
        with pytest.raises(Invalid) as refused:
            publishing.publish(draft(region=region), actor=hunan, now=NOW)
        assert "region" in refused.value.fields


def test_a_citys_notice_is_the_provinces_to_edit(draft: Write, hunan: Person) -> None:
    article = publishing.publish(draft(region="430100"), actor=hunan, now=NOW)
    assert queries.article_for_editor(hunan, article.slug).region_name == "湖南省长沙市"


def test_withdrawing_needs_a_reason_and_keeps_the_address(published: Write, hunan: Person) -> None:
    article = published()
    with pytest.raises(Invalid):
        publishing.withdraw(article, actor=hunan, note=" ", now=NOW)
    article = publishing.withdraw(article, actor=hunan, note="内容有误", now=NOW)
    assert not Article.objects.public(NOW).exists()
    assert published().slug == "yi-qi-kai-fang-ri-2"
    assert publishing.publish(article, actor=hunan, now=NOW).slug == "yi-qi-kai-fang-ri"


def test_withdrawing_a_draft_is_refused(draft: Write, hunan: Person) -> None:
    with pytest.raises(WrongState):
        publishing.withdraw(draft(), actor=hunan, note="x", now=NOW)


def test_a_pinned_article_is_on_top_until_its_day(published: Write, hunan: Person) -> None:
    old = published(title="旧", now=NOW - timedelta(days=9))
    published(title="新")
    publishing.pin(old, actor=hunan, until=TODAY, on=TODAY, now=NOW)
    assert [a.title for a in queries.listed("news", queries.Wanted(), now=NOW)] == ["旧", "新"]
    later = NOW + timedelta(days=1)
    assert [a.title for a in queries.listed("news", queries.Wanted(), now=later)] == ["新", "旧"]


@pytest.mark.parametrize("days", [-1, 800])
def test_a_pin_lies_ahead_and_not_for_ever(days: int, published: Write, hunan: Person) -> None:
    with pytest.raises(Invalid):
        publishing.pin(published(), actor=hunan, until=TODAY + timedelta(days=days), on=TODAY, now=NOW)


def test_a_download_without_a_file_is_not_published(draft: Write, hunan: Person) -> None:
    article = draft("download", body="")
    with pytest.raises(Invalid):
        publishing.publish(article, actor=hunan, now=NOW)
    attaching.attach(article, actor=hunan, file=taken(hunan), now=NOW)
    assert publishing.publish(article, actor=hunan, now=NOW).state == "published"


def test_a_draft_goes_with_its_files_and_a_published_article_does_not(
    draft: Write, published: Write, hunan: Person
) -> None:
    article = draft()
    attaching.add_picture(article, actor=hunan, file=taken(hunan), now=NOW, as_cover=True)
    writing.discard(article, actor=hunan)
    assert (Article.objects.count(), File.objects.count()) == (0, 0)
    with pytest.raises(WrongState):
        writing.discard(published(), actor=hunan)


def test_a_file_of_somebody_else_cannot_be_attached(draft: Write, hunan: Person, shandong: Person) -> None:
    with pytest.raises(Unseen):
        attaching.attach(draft(), actor=hunan, file=taken(shandong), now=NOW)


def test_the_author_hears_when_somebody_else_withdraws(published: Write, hunan: Person, everywhere: Person) -> None:
    publishing.withdraw(published(), actor=everywhere, note="重复", now=NOW)
    assert hunan.notices.get().subject == "“仪器开放日”已撤下"


def test_every_move_leaves_a_line_that_nobody_rewrites(published: Write) -> None:
    article = published()
    assert [event.action for event in queries.time_line(article)] == ["publish"]
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        ArticleEvent.objects.update(what="nothing happened")


def test_the_database_refuses_a_published_article_without_address(draft: Write) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=draft().pk).update(state="published")


def test_the_history_holds_who_changed_what(published: Write) -> None:
    published()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_change WHERE table_name = 'articles_article'")
        assert cursor.fetchone()[0] >= 3
