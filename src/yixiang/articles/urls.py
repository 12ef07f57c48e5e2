"""Doors of this room: where readers read, and the editors' desk."""

from django.urls import path

from yixiang.articles.pages import editing, feeds, filing, moving, reading
from yixiang.articles.rules.words import LISTED, PLACES

app_name = "articles"
urlpatterns = [
    path("desk/articles/", editing.articles, name="list"),
    path("desk/articles/start/", editing.start, name="start"),
    path("desk/articles/<int:pk>/", editing.edit, name="edit"),
    path("desk/articles/<int:pk>/save/", editing.autosave, name="autosave"),
    path("desk/articles/<int:pk>/preview/", editing.preview, name="preview"),
    path("desk/articles/<int:pk>/withdraw/", moving.withdraw, name="withdraw"),
    path("desk/articles/<int:pk>/pin/", moving.pin, name="pin"),
    path("desk/articles/<int:pk>/discard/", moving.discard, name="discard"),
    path("desk/articles/<int:pk>/attach/", filing.attach, name="attach"),
    path("desk/articles/<int:pk>/picture/", filing.picture, name="picture"),
    path("desk/articles/<int:pk>/files/<int:file_pk>/<slug:action>/", filing.file_act, name="file-act"),
    path("articles/files/<int:pk>/<str:name>", reading.file, name="file"),
    path("feeds/<slug:kind>.atom", feeds.feed, name="feed"),
    *(path(f"{PLACES[kind]}/", reading.listing, {"kind": kind}, name=kind) for kind in LISTED),
    *(
        path(f"{place}/<slug:slug>/", reading.article, {"kind": kind}, name=f"{kind}-article")
        for kind, place in PLACES.items()
    ),
]
