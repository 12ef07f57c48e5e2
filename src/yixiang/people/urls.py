"""Doors of this room; those that stand before allauth's of the same address carry our own additions."""

from django.urls import path

from yixiang.people.pages import account, desk, entrance, roles

app_name = "people"
urlpatterns = [
    path("", account.account, name="account"),
    path("tokens/", account.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", account.revoke_token, name="revoke-token"),
    path("data/", account.my_data, name="my-data"),
    path("people/", desk.people, name="people"),
    path("people/<int:pk>/", desk.person, name="person"),
    path("people/<int:pk>/look/", desk.look, name="look"),
    path("people/<int:pk>/grants/<int:grant>/take-back/", desk.take_back, name="take-back"),
    path("people/<int:pk>/stop/", desk.stop, name="stop"),
    path("people/<int:pk>/restore/", desk.restore, name="restore"),
    path("people/<int:pk>/unlock/", desk.unlock, name="unlock"),
    path("roles/", roles.roles, name="roles"),
    path("roles/new/", roles.compose, name="compose"),
    path("roles/<int:pk>/", roles.role, name="role"),
    path("roles/<int:pk>/drop/", roles.drop, name="drop-role"),
    # the same addresses as allauth's; reversing goes by allauth's names
    path("login/", entrance.sign_in),
    path("signup/", entrance.sign_up),
    path("login/code/confirm/", entrance.confirm_login_code),
    path("confirm-email/", entrance.confirm_email),
    path("phone/verify/", entrance.confirm_phone),
    path("password/reset/confirm/", entrance.confirm_reset_code),
    path("password/reset/complete/", entrance.complete_reset),
    path("2fa/authenticate/", entrance.second_factor),
    path("3rdparty/", entrance.connections),
    path("sessions/", entrance.devices),
]
