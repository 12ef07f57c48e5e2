"""The PDF doors of an order."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from yixiang.orders import printables
from yixiang.orders.queries import orders


@login_required
def printed(request: HttpRequest, number: str, what: str) -> HttpResponse:
    found = orders.order_for(request.user, number)
    headers = {
        "Content-Disposition": f'inline; filename="{found.number}-{what}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(printables.printed(found, what), content_type="application/pdf", headers=headers)
