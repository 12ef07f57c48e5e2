"""Coming in: with a passkey, with a second factor, and ending what runs on another device."""

import base64
import hmac
import struct
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Installation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OpenPage = Callable[..., Page]
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def one_time_code(secret: str, ahead: int = 0) -> str:
    """RFC 6238, as a phone computes it; `ahead` half minutes from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def give_password(page: Page, username: str, at: str = "") -> None:
    page.goto(f"{at}/account/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def leave(page: Page) -> None:
    page.locator(".person-button").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("link", name="登录", exact=True).first).to_be_visible()


def give_code(page: Page, code: str) -> None:
    page.fill("[name=code]", code)
    page.locator("main form:has([name=code]) button[type=submit]").click()


def test_a_passkey_signs_in_without_a_password(open_page: OpenPage, installation: Installation) -> None:
    page, here = open_page(), installation.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    give_password(page, "sd.team", here)
    page.wait_for_url("**/desk/**")
    page.goto(f"{here}/account/2fa/webauthn/add/")
    page.fill("[name=name]", "实验室电脑")
    page.check("[name=passwordless]")
    page.get_by_role("button", name="添加", exact=True).click()
    page.wait_for_url("**/2fa/recovery-codes/**")
    leave(page)
    page.goto(f"{here}/account/login/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url("**/desk/**")
    expect(page.locator(".person-name")).to_contain_text("孔令仪")


def test_an_address_without_a_name_says_why_it_takes_no_passkey(open_page: OpenPage) -> None:
    page = open_page("sd.keeper")
    page.goto("/account/2fa/webauthn/add/")
    page.fill("[name=name]", "办公室电脑")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("通行密钥只能在有域名的网址上使用")


def test_a_second_factor_is_asked_for_and_each_code_counts_once(open_page: OpenPage) -> None:
    page = open_page("gd.team")
    page.goto("/account/2fa/totp/activate/")
    secret = (page.locator("[data-copy]").get_attribute("data-copy") or "").replace(" ", "")
    give_code(page, one_time_code(secret))
    page.goto("/account/2fa/")
    expect(page.locator("main")).to_contain_text("已开启")
    leave(page)
    give_password(page, "gd.team")
    give_code(page, "000000")
    expect(page.locator("main")).to_contain_text("验证码不对，请核对手机上当前显示的数字。")
    code = one_time_code(secret, 1)
    give_code(page, code)
    page.wait_for_url("**/desk/**")
    leave(page)
    give_password(page, "gd.team")
    give_code(page, code)
    expect(page.locator("main")).to_contain_text("验证码不对")
    give_code(page, one_time_code(secret, -1))
    page.wait_for_url("**/desk/**")


def test_another_device_is_signed_out_from_here(open_page: OpenPage) -> None:
    here, elsewhere = open_page("sd.expert"), open_page("sd.expert")
    elsewhere.goto("/account/")
    here.goto("/account/sessions/")
    expect(here.get_by_role("row").filter(has_text="Chrome")).to_have_count(2)
    here.get_by_role("button", name="退出其他所有设备").click()
    expect(here.get_by_role("row").filter(has_text="Chrome")).to_have_count(1)
    elsewhere.goto("/account/")
    elsewhere.wait_for_url("**/account/login/**")
    here.goto("/account/")
    expect(here.locator(".person-name")).to_contain_text("崔国栋")
