"""Addresses of this room."""

from django.urls import path

from yixiang.orders.pages import access, acting, asking, checking, complaints, lists, manners, order, printing, running

app_name = "orders"
urlpatterns = [
    path("orders/", lists.mine, name="mine"),
    path("serving/", lists.serving, name="serving"),
    path("serving/accept/", lists.accept_many, name="accept-many"),
    path("access/", access.access, name="access"),
    path("access/ask/<slug:code>/", access.ask, name="ask-training"),
    path("access/wait/<slug:code>/", access.wait, name="wait"),
    path("access/appeal/<int:pk>/", access.appeal, name="appeal"),
    path("access/<slug:kind>/<int:pk>/<slug:action>/", access.act, name="access-act"),
    path("appeals/", manners.appeals, name="appeals"),
    path("appeals/<int:pk>/", manners.decide, name="decide-appeal"),
    path("resources/<slug:code>/terms/", running.terms, name="terms"),
    path("resources/<slug:code>/qualified/", running.qualified, name="qualified"),
    path("resources/<slug:code>/qualified/<int:pk>/", running.qualification, name="qualification"),
    path("resources/<slug:code>/queue/", running.queue, name="queue"),
    path("resources/<slug:code>/queue/<slug:draw>/off/", running.call_off_draw, name="draw-off"),
    path("resources/<slug:code>/faults/", running.faults, name="faults"),
    path("resources/<slug:code>/own/", running.own, name="own"),
    path("draws/<slug:code>/", access.draw, name="draw"),
    path("orders/sheet/<slug:role>/", lists.sheet, name="sheet"),
    path("orders/new/", asking.new, name="new"),
    path("orders/look/", asking.look, name="look"),
    path("orders/<str:number>/edit/", asking.edit, name="edit"),
    path("orders/<str:number>/save/", asking.autosave, name="autosave"),
    path("orders/<str:number>/check/", checking.check, name="check"),
    path("orders/<str:number>/take/", checking.take, name="take"),
    path("orders/<str:number>/drop/", checking.drop, name="drop"),
    path("orders/<str:number>/accept/", order.accept, name="accept"),
    path("orders/<str:number>/contract/", order.confirm_contract, name="contract"),
    path("orders/<str:number>/use/<int:pk>/<slug:action>/", order.use, name="use"),
    path("orders/<str:number>/papers/<int:pk>/", order.paper, name="paper"),
    path("orders/<str:number>/invoices/<int:pk>/", order.invoice, name="invoice"),
    path("orders/<str:number>/complaint/", complaints.complaint, name="complaint"),
    path("orders/<str:number>/print/<slug:what>.pdf", printing.printed, name="print"),
    path("orders/<str:number>/do/<slug:action>/", acting.act, name="act"),
    path("orders/<str:number>/", order.order, name="order"),
]
