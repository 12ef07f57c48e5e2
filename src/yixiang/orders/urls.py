"""Addresses of this room."""

from django.urls import path

from yixiang.orders.pages import order

app_name = "orders"
urlpatterns = [
    path("orders/<str:number>/", order.order, name="order"),
]
