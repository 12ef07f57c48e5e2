"""Help centre: one page per role, and what the editors have written for each topic."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yixiang.articles import queries as articles
from yixiang.articles.rendering import plain
from yixiang.kernel.errors import Unseen
from yixiang.portal import guide


def contents(request: HttpRequest) -> HttpResponse:
    """With words in the address, only what contains them."""
    q = request.GET.get("q", "").strip().replace("\0", "")[:80]
    context = {
        "q": q,
        "topics": [topic for topic in guide.topics() if topic.matches(q)],
        "groups": articles.help_groups(now=timezone.now(), q=q),
        "plain": plain,
    }
    return render(request, "portal/help.html", context)


def topic(request: HttpRequest, topic: str) -> HttpResponse:
    found = guide.topic(topic)
    if found is None:
        raise Unseen()
    return render(request, "portal/topic.html", {"topic": found, "topics": guide.topics()})
