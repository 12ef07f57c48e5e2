"""Addresses of this room."""

from django.urls import path

from yixiang.assessment import pages

app_name = "assessment"
urlpatterns = [
    path("grades/", pages.grades, name="grades"),
    path("grades/record/", pages.record, name="record"),
    path("grades/sheet/", pages.sheet, name="sheet"),
    path("grades/<int:pk>/document/", pages.document, name="document"),
]
