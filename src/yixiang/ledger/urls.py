"""Addresses of this room."""

from django.urls import path

from yixiang.ledger.pages import postings, programmes

app_name = "ledger"
urlpatterns = [
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/new/", programmes.plan, name="plan"),
    path("programmes/list.<slug:kind>", programmes.programme_sheet, name="programme-sheet"),
    path("programmes/<slug:code>/", programmes.programme, name="programme"),
    path("programmes/<slug:code>/edit/", programmes.edit, name="edit"),
    path("programmes/<slug:code>/do/<slug:action>/", programmes.act, name="act"),
    path("postings/", postings.posting_list, name="postings"),
    path("postings/list.<slug:kind>", postings.posting_sheet, name="posting-sheet"),
    path("postings/<int:pk>/", postings.posting, name="posting"),
]
