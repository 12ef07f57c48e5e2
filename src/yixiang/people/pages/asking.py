"""What the confirmation page says before something that cannot simply be undone."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yixiang.people.models import Person, Role, Token


def stop(person: Person) -> dict[str, Any]:
    return {
        "title": _("停用%(name)s的账号") % {"name": person.name},
        "sentences": [
            _("对方在所有设备上立即退出，不能再登录。"),
            _("对方的接口令牌全部作废，恢复账号后需要重新生成。"),
            _("角色和办理记录都保留，随时可以恢复账号。"),
        ],
        "label": _("停用账号"),
        "cancel": reverse("people:person", args=[person.pk]),
    }


def drop_role(role: Role) -> dict[str, Any]:
    return {
        "title": _("删除角色“%(name)s”") % {"name": role.name},
        "sentences": [_("还没有授予过任何人，删除后不能恢复。")]
        if not role.grants.exists()
        else [_("这个角色已经授予过，不能删除；可以收回全部授权。")],
        "label": _("删除角色"),
        "cancel": reverse("people:role", args=[role.pk]),
    }


def revoke_token(token: Token) -> dict[str, Any]:
    return {
        "title": _("作废令牌“%(name)s”") % {"name": token.name},
        "sentences": [_("使用它的程序立即失去权限。"), _("不能恢复；需要时生成一个新的。")],
        "label": _("作废"),
        "cancel": reverse("people:tokens"),
    }
