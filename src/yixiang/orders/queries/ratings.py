"""What was said of an instrument, as everybody may read it: no name of a person, nothing about own use."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, QuerySet

from yixiang.catalogue.models import Instrument
from yixiang.orders.models import Line, Rating
from yixiang.orders.rules.words import STEPS
from yixiang.units.rules import masks
from yixiang.units.rules.words import KINDS

SHOWN_FIRST = 4


@dataclass(frozen=True, slots=True)
class Step:
    code: int
    label: str
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Summary:
    """All ratings count in the average; those without words are only counted."""

    mean: Decimal
    count: int
    worded: int
    steps: list[Step]
    latest: list[Rating]


def ratings_of(instrument: int) -> QuerySet[Rating]:
    """Each once, however many lines of its order were for this instrument; the newest first."""
    lines = Line.objects.filter(instrument_id=instrument).values("order")
    rows = Rating.objects.filter(order__in=lines, order__internal=False)
    return rows.select_related("order__customer", "by").order_by("-at", "-pk")


def worded(instrument: int) -> QuerySet[Rating]:
    return ratings_of(instrument).exclude(words="")


def summary(instrument: Instrument) -> Summary | None:
    """Two questions to the database; none for an instrument nobody has rated."""
    if not instrument.rating_count:
        return None
    by_step = {f"s{code}": Count("pk", filter=Q(step=code)) for code in STEPS}
    found = ratings_of(instrument.pk).order_by().aggregate(worded=Count("pk", filter=~Q(words="")), **by_step)
    counts = {code: found[f"s{code}"] for code in STEPS}
    number = sum(counts.values())
    if not number:
        return None
    mean = mean_of(sum(code * count for code, count in counts.items()), number)
    steps = [Step(code, label, counts[code], round(100 * counts[code] / number)) for code, label in STEPS.items()]
    latest = list(worded(instrument.pk)[:SHOWN_FIRST]) if found["worded"] else []
    return Summary(mean, number, found["worded"], steps, latest)


def mean_of(total: int, number: int) -> Decimal:
    return (Decimal(total) / number).quantize(Decimal("0.01"), ROUND_HALF_UP)


def author_of(rating: Rating) -> str:
    """The kind of unit it came from; where that is not known, a family name and nothing more of it."""
    kind = KINDS.get(rating.order.customer.kind, "")
    return kind or (masks.name(rating.by.name) if rating.by else "")
