"""Many new rows are recorded by one statement, and nobody can tell from the trail."""

from typing import Any

import pytest
from django.db import connection

from yixiang.audit.models import Change
from yixiang.catalogue.models import Instrument
from yixiang.kernel.acting import Acting, acting
from yixiang.kernel.recording import AT_ONCE
from yixiang.units.models import Unit

pytestmark = pytest.mark.django_db
ZHANG = Acting(actor=7, actor_name="张三", ip="10.0.0.7", door="job", request="import-1")
WITHOUT_KEY = [field.name for field in Change._meta.fields if field.name not in {"id", "at"}]
ROW_BY_ROW = """
    SELECT audit_record('catalogue_instrument', 'INSERT', NULL, to_jsonb(i),
        ARRAY['typed', 'contact_phone', 'contact_email'])
    FROM (SELECT * FROM catalogue_instrument ORDER BY id) AS i
"""


def filled(unit: Unit, count: int) -> None:
    with acting(ZHANG):
        Instrument.objects.bulk_create(
            Instrument(unit=unit, name=f"电镜 {n}", contact_phone="0731-88880000" if n % 2 else "")
            for n in range(count)
        )


def trail() -> list[dict[str, Any]]:
    return list(Change.objects.filter(table_name="catalogue_instrument").order_by("id").values(*WITHOUT_KEY))


def test_rows_inserted_at_once_are_recorded_as_if_one_by_one(unit: Unit) -> None:
    filled(unit, 5)
    at_once = trail()
    with acting(ZHANG), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yixiang.acting', current_setting('yixiang.acting', true), true)")
        cursor.execute("/* as the row trigger did */" + ROW_BY_ROW)
    assert trail()[5:] == at_once
    assert len(at_once) == 5


def test_secrets_of_many_rows_are_veiled_and_what_is_empty_stays_empty(unit: Unit) -> None:
    filled(unit, 2)
    empty, given = (one["after"]["contact_phone"] for one in trail())
    assert (empty, given) == ("", "•••")


def test_more_rows_than_are_held_at_once_are_all_there_in_their_order(unit: Unit) -> None:
    filled(unit, AT_ONCE + 3)
    keys = [int(one["row_id"]) for one in trail()]
    assert keys == sorted(Instrument.objects.values_list("pk", flat=True))


def test_no_row_is_no_record_and_a_later_change_is_one(unit: Unit) -> None:
    filled(unit, 1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalogue_instrument SELECT * FROM catalogue_instrument WHERE false")
    Instrument.objects.update(name="透射电镜")
    Instrument.objects.all().delete()
    assert [one["op"] for one in trail()] == ["INSERT", "UPDATE", "DELETE"]
