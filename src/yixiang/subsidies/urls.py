"""Addresses of this room."""

from django.urls import path

from yixiang.subsidies.pages import flags

app_name = "subsidies"
urlpatterns = [
    path("flags/", flags.flags, name="flags"),
    path("flags/sheet/", flags.sheet, name="flags-sheet"),
    path("flags/watch/", flags.watch, name="watch"),
    path("flags/<int:pk>/", flags.flag, name="flag"),
]
