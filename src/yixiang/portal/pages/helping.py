"""Help centre: one page per role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yixiang.kernel.errors import Unseen
from yixiang.portal import guide


def contents(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html", {"topics": guide.topics()})


def topic(request: HttpRequest, topic: str) -> HttpResponse:
    found = guide.topic(topic)
    if found is None:
        raise Unseen()
    return render(request, "portal/topic.html", {"topic": found, "topics": guide.topics()})
