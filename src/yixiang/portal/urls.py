"""The public site and the desk's own pages."""

from django.urls import path

from yixiang.portal.pages import calendar, desk, helping, home, mydata, policies, searching

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("units/", home.units, name="units"),
    path("units/<str:code>/", home.unit, name="unit"),
    path("search/", searching.search, name="search"),
    path("policies/", policies.policies, name="policies"),
    path("policies/<slug:jurisdiction>/<slug:subject>/", policies.policy, name="policy"),
    path("help/", helping.contents, name="help"),
    path("help/<slug:topic>/", helping.topic, name="help-topic"),
    path("desk/", desk.inbox_page, name="desk"),
    path("desk/hat/", desk.hat, name="hat"),
    path("desk/cases/", desk.cases, name="cases"),
    path("desk/cases/decide/", desk.decide, name="decide"),
    path("desk/cases/<int:pk>/", desk.case, name="case"),
    path("desk/calendar/", calendar.calendar, name="calendar"),
    path("desk/mydata/export/", mydata.export, name="export"),
    path("desk/mydata/erase/", mydata.erase, name="erase"),
    path("session/ping/", desk.ping, name="ping"),
]
