"""The API as installed, and a second one beside it with endpoints that misbehave on purpose."""

from django.urls import path

from yixiang.api.shell import api
from yixiang.api.tests.rehearsal import rehearsal

urlpatterns = [path("api/v1/", api.urls), path("api/rehearsal/", rehearsal.urls)]
