"""Doors of this room."""

from django.urls import path

from yixiang.notices import pages

app_name = "notices"
urlpatterns = [
    path("", pages.notice_list, name="list"),
    path("read/", pages.read_all, name="read-all"),
    path("preferences/", pages.preferences, name="preferences"),
    path("<int:notice_id>/", pages.open_notice, name="open"),
    path("<int:notice_id>/read/", pages.read, name="read"),
]
