"""The jurisdiction a visitor has chosen: remembered in this browser, so that its articles come first."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yixiang.kernel.reference import region_name
from yixiang.policy.shelf import library

COOKIE = "yixiang_place"
DAYS_180 = 180 * 24 * 3600


def offered() -> list[tuple[str, str]]:
    """The jurisdictions of this installation, as a filter offers them."""
    return [(code, region_name(code)) for code in (library().jurisdictions[j].region for j in settings.JURISDICTIONS)]


def chosen(request: HttpRequest) -> str:
    """What the cookie says, if it is a place of this installation."""
    code = request.COOKIES.get(COOKIE, "")
    return code if code in dict(offered()) else ""


def remember(request: HttpRequest, response: HttpResponse, region: str) -> HttpResponse:
    if region in dict(offered()) and region != chosen(request):
        response.set_cookie(COOKIE, region, max_age=DAYS_180, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response
