"""The living gallery; mounted at /gallery/ in development and demo only."""

from django.urls import path

from yixiang.web import gallery

app_name = "web"
urlpatterns = [
    path("", gallery.gallery, name="gallery"),
    path("<slug:page>/", gallery.sample, name="sample"),
]
