import jinja2
import pytest
from django.test import RequestFactory

from yixiang.web import jinja
from yixiang.web.icons import icon


@pytest.fixture
def env():
    return jinja.environment(autoescape=True, loader=jinja2.DictLoader({}))


def test_a_missing_name_may_be_asked_about_but_not_printed(env):
    assert env.from_string("{% if hint %}a{% else %}b{% endif %}{{ hint|default('c') }}").render() == "bc"
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ hint }}").render()
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ hint.more }}").render()


def test_text_is_escaped(env):
    assert env.from_string("{{ name }}").render(name="<script>") == "&lt;script&gt;"


def test_translated_sentences_escape_what_they_carry(env):
    html = env.from_string('{{ _("你好，%(name)s", name=name) }}').render(name="<i>")
    assert html == "你好，&lt;i&gt;"


def test_query_changes_only_what_it_is_told():
    request = RequestFactory().get("/units/?q=电镜&page=3&kind=a&kind=b")
    assert jinja.query(request, page=None) == "/units/?q=%E7%94%B5%E9%95%9C&kind=a&kind=b"
    assert jinja.query(request, q=None, kind=None, page=4) == "/units/?page=4"
    assert jinja.query(request, q=None, kind=None, page="") == "/units/"


def test_toggled_puts_one_value_in_or_out_and_starts_again_at_page_one():
    request = RequestFactory().get("/units/?kind=a&kind=b&page=3")
    assert jinja.toggled(request, "kind", "a") == "/units/?kind=b"
    assert jinja.toggled(request, "kind", "c") == "/units/?kind=a&kind=b&kind=c"


def test_a_route_that_is_not_installed_gives_the_other_address():
    assert jinja.url_if("nowhere:page", otherwise="/") == "/"


def test_icons_are_silent_unless_they_are_named():
    assert 'aria-hidden="true"' in icon("check")
    assert 'aria-label="&lt;好&gt;"' in icon("check", label="<好>")
