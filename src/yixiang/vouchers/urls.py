"""Addresses of this room."""

from django.urls import path

from yixiang.vouchers.pages import mine, office, redemption

app_name = "vouchers"
urlpatterns = [
    path("vouchers/", mine.mine, name="mine"),
    path("vouchers/list.<slug:kind>", mine.mine_sheet, name="mine-sheet"),
    path("vouchers/claim/<int:unit>/<slug:code>/", mine.claim, name="claim"),
    path("redemptions/", office.office, name="office"),
    path("redemptions/list.<slug:kind>", office.office_sheet, name="office-sheet"),
    path("redemptions/pay/", office.pay_many, name="pay-many"),
    path("redemptions/<slug:number>/", redemption.redemption, name="redemption"),
    path("redemptions/<slug:number>/papers/add/", redemption.add_paper, name="paper-add"),
    path("redemptions/<slug:number>/papers/<int:pk>/", redemption.paper, name="paper"),
    path("redemptions/<slug:number>/voucher.pdf", redemption.printed, name="print"),
    path("redemptions/<slug:number>/do/<slug:action>/", redemption.act, name="act"),
]
