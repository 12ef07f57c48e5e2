import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

PAGES = ["portal", "plain", "wizard", "confirm"]
ERRORS = [400, 403, 404, 409, 422, 429, 500, 503]


def test_the_gallery_shows_every_component(client):
    html = client.get(reverse("web:gallery")).content.decode()
    for part in ("buttons", "type", "icons", "drawings", "parts", "lists", "flow", "forms", "dark"):
        assert f'id="{part}"' in html


@pytest.mark.parametrize("page", PAGES)
def test_every_layout_renders(client, page):
    html = client.get(reverse("web:sample", args=[page])).content.decode()
    assert '<html lang="zh-CN"' in html
    assert 'id="main"' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_page_says_what_happened_what_was_kept_and_what_to_do(client, code):
    response = client.get(reverse("web:sample", args=[code]))
    html = response.content.decode()
    assert response.status_code == code
    assert "保留了什么" in html
    assert "接下来怎么办" in html
    assert "01J8Z3K9" in html


def test_an_unknown_sample_is_not_found(client):
    assert client.get("/gallery/nothing/").status_code == 404
