"""Public addresses of this room."""

from django.urls import path

from yixiang.subsidies.pages import publicity

app_name = "publicity"
urlpatterns = [
    path("", publicity.notices, name="notices"),
    path("<int:pk>/", publicity.notice, name="notice"),
]
