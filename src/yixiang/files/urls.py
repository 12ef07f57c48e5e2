"""Doors of this room."""

from django.urls import path

from yixiang.files import pages

app_name = "files"
urlpatterns = [
    path("upload/", pages.upload, name="upload"),
    path("<uuid:file_id>/<str:name>", pages.download, name="download"),
]
