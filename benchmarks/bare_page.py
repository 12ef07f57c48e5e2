"""What a page of cards costs at least: one statement, one Jinja2 template, Django with its usual middleware."""

import os

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from jinja2 import Environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yixiang.config.settings")
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # the library insists
]
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import path  # noqa: E402

CARDS = 20
STATEMENT = """
    SELECT i.code, i.name, i.model, i.manufacturer, u.name, i.price_from, i.first_free, i.service_count
    FROM catalogue_instrument i JOIN units_unit u ON u.id = i.unit_id WHERE i.state = 'listed' ORDER BY i.id LIMIT %s
"""
TEMPLATE = Environment(autoescape=True).from_string(
    """<!doctype html><title>page</title><ul>{% for code, name, model, maker, unit, price, free, served in rows %}
<li><a href="/instruments/{{ code }}/"><h2>{{ name }}</h2></a><p>{{ model }} · {{ maker }}</p><p>{{ unit }}</p>
<p>{{ price if price is not none else "—" }}</p><p>{{ free or "" }}</p><p>{{ served }}</p></li>{% endfor %}</ul>"""
)


def page(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [CARDS])
        return HttpResponse(TEMPLATE.render(rows=cursor.fetchall()))


urlpatterns = [path("", page)]
application = get_wsgi_application()
