"""Who I am here, and the keys I have given to programs."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yixiang.people import hats
from yixiang.people.access import grants_of, reach
from yixiang.people.commands import tokens
from yixiang.people.models import Grant, Person, Token
from yixiang.web.cursor import Listing, Page, Paging

router = Router(tags=["本人"])


class RoleOut(Schema):
    code: str = Field(examples=["unit-admin"])
    name: str = Field(examples=["单位管理员"])


class GrantOut(Schema):
    id: int
    role: RoleOut
    scope: str = Field(description="范围路径", examples=["unit/17"])
    scope_label: str = Field(examples=["湘江材料研究院"])
    ends_at: datetime | None = Field(None, description="到期时间；null 为长期")
    worn: bool = Field(description="本次请求中起作用的身份")


class TokenOut(Schema):
    id: int
    name: str = Field(description="用途", examples=["预约同步程序"])
    prefix: str = Field(description="令牌开头，用来辨认；令牌本身只在生成时显示一次")
    scopes: list[str] = Field(description="read、write 或单项权限")
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class MeOut(Schema):
    id: int
    username: str = Field(examples=["hn.lab"])
    name: str = Field(examples=["王晓"])
    grants: list[GrantOut] = Field(description="身份：角色 × 范围")
    permissions: list[str] = Field(description="本次请求可以使用的权限", examples=[["units:unit:see"]])
    token: TokenOut | None = Field(None, description="本次请求使用的令牌；会话登录时为 null")


@router.get("/me", response=MeOut, summary="我是谁，能做什么")
def me(request: HttpRequest) -> Any:
    """当前令牌或会话所代表的人、其身份（角色 × 范围）和可以使用的权限。"""
    person: Any = request.user
    worn = {grant.pk for grant in grants_of(person)}
    return {
        "id": person.pk,
        "username": person.username,
        "name": person.name,
        "grants": [_grant(grant, grant.pk in worn) for grant in hats.standing(person)],
        "permissions": _usable(person),
        "token": person.token,
    }


def _grant(grant: Grant, worn: bool) -> dict[str, Any]:
    fields = ("role", "scope", "scope_label", "ends_at")
    return {"id": grant.pk, "worn": worn} | {name: getattr(grant, name) for name in fields}


def _usable(person: Person) -> list[str]:
    held = {name for grant in grants_of(person) for name in grant.role.permissions}
    return sorted(name for name in held if reach(person, name))


@router.get("/me/tokens", response=Listing[TokenOut], summary="我的接口令牌")
def my_tokens(request: HttpRequest, wanted: Query[Paging]) -> Page[Token]:
    """包括已过期和已撤销的。新令牌在网页“个人设置 › 接口令牌”中生成，不能由令牌生成令牌。"""
    person: Any = request.user
    return wanted.page(person.tokens.all(), by=["-pk"])


@router.delete("/me/tokens/{int:token_id}", response={204: None}, summary="撤销一个令牌")
def revoke_token(request: HttpRequest, token_id: int) -> Status[None]:
    """立即生效，不能恢复。撤销两次没有坏处。"""
    person: Any = request.user
    tokens.revoke(person, token_id=token_id, now=timezone.now())
    return Status(204, None)
