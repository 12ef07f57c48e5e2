"""Addresses of this room."""

from django.urls import path

from yixiang.orders.pages import acting, asking, checking, complaints, lists, order, overseeing, printing

app_name = "orders"
urlpatterns = [
    path("orders/", lists.mine, name="mine"),
    path("serving/", lists.serving, name="serving"),
    path("serving/accept/", lists.accept_many, name="accept-many"),
    path("oversight/", overseeing.oversight, name="oversight"),
    path("oversight/sheet/", overseeing.sheet, name="oversight-sheet"),
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
    path("orders/<str:number>/print/contract.docx", printing.contract_in_word, name="contract-word"),
    path("orders/<str:number>/print/<slug:what>.pdf", printing.printed, name="print"),
    path("orders/<str:number>/do/<slug:action>/", acting.act, name="act"),
    path("orders/<str:number>/", order.order, name="order"),
]
