"""Writing down who looked at whose personal data, for the person it is about."""

from datetime import datetime

from django.db import transaction

from yixiang.people.models import Person, PersonalDataView


@transaction.atomic
def record_look(viewer: Person, subject: Person, what: str, purpose: str, now: datetime) -> PersonalDataView | None:
    """Called by every door that shows personal data unmasked; looking at oneself is nothing to tell."""
    if viewer.pk == subject.pk:
        return None
    label = " · ".join([str(viewer), *sorted({g.role.name for g in viewer.grants.standing().select_related("role")})])
    return PersonalDataView.objects.create(
        subject=subject,
        viewer=viewer,
        viewer_label=label[:120],
        what=what[:120],
        purpose=purpose[:120],
        at=now,
    )
