"""Reading again what has not changed costs a header instead of a body."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe


def answer(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Tag a complete answer by its content, and send 304 when the caller has it already."""
    whole = isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("application/json")
    if request.method != "GET" or response.status_code != 200 or not whole:
        return response
    assert isinstance(response, HttpResponse)
    digest = hashlib.sha256(response.content).hexdigest()[:24]
    named = response.get("ETag", "").strip('"')
    response["ETag"] = f'"{named}.{digest}"' if named else f'W/"{digest}"'
    response.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    return get_conditional_response(request, response["ETag"], modified, response) or response
