"""Which door leads into which room; the only place that knows them all."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from yixiang.api.shell import api
from yixiang.catalogue.pages import contact, pictures
from yixiang.config import health
from yixiang.orders.pages import feeds, plate
from yixiang.subsidies import urls as subsidies
from yixiang.vouchers.pages import redemption

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/v1/", api.urls),
    path("account/", include("yixiang.people.urls")),
    path("account/", include("allauth.urls")),
    path("", include("allauth.idp.urls")),
    path("desk/audit/", include("yixiang.audit.urls")),
    path("desk/notices/", include("yixiang.notices.urls")),
    path("desk/", include("yixiang.units.urls")),
    path("desk/", include("yixiang.catalogue.urls")),
    path("desk/", include("yixiang.ledger.urls")),
    path("desk/", include("yixiang.vouchers.urls")),
    path("desk/", include("yixiang.orders.urls")),
    path("desk/", include("yixiang.assessment.urls")),
    path("desk/subsidies/", include("yixiang.subsidies.urls")),
    path("files/", include("yixiang.files.urls")),
    path("media/<slug:owner>/<slug:code>/<int:pk>/<slug:size>", pictures.picture, name="picture"),
    path("calendars/<str:secret>.ics", feeds.calendar, name="calendar-feed"),
    path("confirm-contact/<str:token>", contact.confirm_contact, name="confirm-contact"),
    *i18n_patterns(  # the public pages again below /en/; the desk is Chinese (portal.middleware sends it back)
        path("q/<slug:code>", plate.plate, name="plate"),  # what the plates say: short, and kept for ever
        path("v/<slug:code>", redemption.verify, name="voucher"),  # what a printed voucher says
        path("q/<slug:code>/fault", plate.fault, name="plate-fault"),
        path("q/<slug:code>/<int:pk>/<slug:action>", plate.act, name="plate-act"),
        path("publicity/", include(subsidies.public)),
        path("", include("yixiang.articles.urls")),
        path("", include("yixiang.portal.urls")),
        prefix_default_language=False,
    ),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns.insert(0, path("gallery/", include("yixiang.web.urls")))

handler400 = "yixiang.portal.errors.bad_request"
handler403 = "yixiang.portal.errors.forbidden"
handler404 = "yixiang.portal.errors.not_found"
handler500 = "yixiang.portal.errors.broken"
