"""Macros: what they draw, and that nothing typed by people becomes markup."""

import datetime

import jinja2
import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def draw():
    env = engines["jinja2"].env

    def render(source, **context):
        imports = "".join(
            f'{{% import "web/components/{name}.html" as {name} %}}' for name in ("forms", "lists", "ui", "flow")
        )
        return env.from_string(imports + source).render(**context).strip()

    return render


class Sample(forms.Form):
    name = forms.CharField(label="名称", help_text="与证书一致")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    day = forms.DateField(label="日期", required=False, initial=datetime.date(2026, 3, 5))
    kind = forms.ChoiceField(label="类型", choices=[("a", EVIL), ("b", "乙")], widget=forms.RadioSelect)
    secret = forms.CharField(label="密码", widget=forms.PasswordInput)


def test_a_field_ties_label_help_and_error_to_its_input(draw):
    html = draw("{{ forms.field(form.name) }}", form=Sample(data={}))
    assert '<label class="field-label" for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_an_optional_field_says_so_and_a_required_one_does_not(draw):
    assert "选填" in draw("{{ forms.field(form.note) }}", form=Sample())
    assert "选填" not in draw("{{ forms.field(form.name) }}", form=Sample())


def test_help_can_be_replaced_or_hidden(draw):
    assert "另说" in draw('{{ forms.field(form.name, help="另说") }}', form=Sample())
    hidden = draw('{{ forms.field(form.name, help="") }}', form=Sample())
    assert "helptext" not in hidden


def test_dates_use_the_browsers_own_picker_with_iso_text(draw):
    html = draw("{{ forms.field(form.day) }}", form=Sample())
    assert 'type="date"' in html
    assert 'value="2026-03-05"' in html


def test_the_first_choice_of_a_group_can_be_reached_from_the_summary(draw):
    form = Sample(data={"kind": "z"})
    assert 'href="#id_kind"' in draw("{{ forms.summary(form) }}", form=form)
    assert 'id="id_kind"' in draw("{{ forms.field(form.kind) }}", form=form)


def test_a_password_can_be_revealed(draw):
    assert 'data-reveal="id_secret"' in draw("{{ forms.field(form.secret) }}", form=Sample())


def test_the_summary_counts_and_names_every_error(draw):
    html = draw("{{ forms.summary(form) }}", form=Sample(data={}))
    assert "有 3 处需要修改" in html
    assert 'href="#id_name"' in html


def test_a_good_form_has_no_summary(draw):
    assert draw("{{ forms.summary(form) }}", form=Sample()) == ""


@pytest.mark.parametrize(
    "source",
    [
        "{{ forms.field(form.name, label=evil, help=evil, suffix=evil) }}",
        "{{ forms.field(form.kind) }}",
        "{{ forms.summary(form, title=evil) }}",
        "{{ forms.submit(evil, cancel=evil, note=evil) }}",
        "{{ forms.button(evil, '', evil, fields={'a': evil}) }}",
        "{{ lists.empty(evil, evil, evil, evil) }}",
        "{{ lists.td(evil, value=evil) }}",
        "{{ ui.header(evil, evil, back=evil) }}",
        "{{ ui.badge(evil) }}{{ ui.notice(evil, text=evil) }}{{ ui.stat(evil, evil, evil, evil, evil) }}",
        "{{ ui.file(evil, evil, 3, evil, evil) }}{{ ui.person(evil, evil, evil) }}{{ ui.copy(evil) }}",
        "{{ ui.dl([(evil, evil)]) }}{{ ui.tabs([{'label': evil, 'url': evil}]) }}{{ ui.crumbs([{'label': evil}]) }}",
        "{{ ui.progress(evil, 1, 2, text=evil) }}",
        "{{ flow.timeline([{'state': 'done', 'label': evil, 'who': evil, 'note': evil}]) }}",
        "{{ flow.facts([{'ok': true, 'label': evil, 'fact': evil, 'need': evil, 'article': evil}]) }}",
        "{{ flow.confirm(evil, [evil], evil, '', evil, evil, text=evil) }}",
        "{{ flow.steps([{'label': evil, 'state': 'now'}]) }}{{ flow.tasks([{'label': evil, 'state': 'todo'}]) }}",
        "{{ flow.case(evil, evil, evil, who=evil, kind=evil) }}",
    ],
)
def test_nothing_typed_by_people_becomes_markup(draw, source):
    html = draw(source, evil=EVIL, form=Sample(data={"name": EVIL, "kind": EVIL}))
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_sorted_column_offers_the_other_direction(draw):
    request = RequestFactory().get("/list/?sort=name&q=a&page=4")
    html = draw(
        "{% call(row) lists.table(columns, [{'pk': 1}], request=request) %}<td></td>{% endcall %}",
        columns=[{"label": "名称", "sort": "name"}],
        request=request,
    )
    assert 'aria-sort="ascending"' in html
    assert 'href="/list/?sort=-name&amp;q=a"' in html


def test_an_empty_table_offers_the_first_step(draw):
    html = draw(
        "{% call(row) lists.table([], [], empty_title='空', empty_url='/new', empty_label='登记') %}{% endcall %}"
    )
    assert "<table" not in html
    assert 'href="/new"' in html


def test_pages_keep_the_filters(draw):
    request = RequestFactory().get("/list/?q=a&page=2")
    page = Paginator(range(100), 10).get_page(2)
    html = draw("{{ lists.pages(page, request) }}", page=page, request=request)
    assert 'href="/list/?q=a&amp;page=3"' in html
    assert '<span class="page-number" aria-current="page">2</span>' in html


def test_a_form_that_only_reads_carries_no_token(draw):
    html = draw("{% call forms.form(method='get', csrf='TOKEN') %}{% endcall %}")
    assert "TOKEN" not in html


def test_an_unknown_name_in_a_component_is_an_error(draw):
    with pytest.raises(jinja2.UndefinedError):
        draw("{{ ui.badge(nobody) }}")
