"""For pages behind a sign-in: who asks."""

from typing import cast

from django.http import HttpRequest

from yixiang.people.models import Person


def me(request: HttpRequest) -> Person:
    """`login_required` has let nobody else through."""
    return cast(Person, request.user)
