"""Doors of this room."""

from django.urls import path, re_path

from yixiang.audit import pages

app_name = "audit"
urlpatterns = [
    path("", pages.changes, name="changes"),
    path("events/", pages.events, name="events"),
    path("integrity/", pages.integrity, name="integrity"),
    re_path(r"^export/(?P<what>changes|events)/$", pages.export, name="export"),
]
