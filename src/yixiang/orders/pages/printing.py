"""The doors to what is printed of an order: PDF, and the contract as a Word file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from yixiang.orders import printables, word
from yixiang.orders.queries import orders


@login_required
def printed(request: HttpRequest, number: str, what: str) -> HttpResponse:
    found = orders.order_for(request.user, number)
    headers = {
        "Content-Disposition": f'inline; filename="{found.number}-{what}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(printables.printed(found, what), content_type="application/pdf", headers=headers)


@login_required
def contract_in_word(request: HttpRequest, number: str) -> HttpResponse:
    found = orders.order_for(request.user, number)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.number}-contract.docx"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(printables.contract_in_word(found), content_type=word.MIME, headers=headers)
