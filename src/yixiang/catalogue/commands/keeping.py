"""机组人员: who runs an instrument, with title and practice; whoever stops stays in the history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yixiang.catalogue.commands.health import follow
from yixiang.catalogue.commands.writing import lock, record, refuse_closed, require_edit
from yixiang.catalogue.models import Instrument, Keeper
from yixiang.catalogue.rules import readers
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.periods import local_date
from yixiang.kernel.typed import Unreadable, email, text
from yixiang.people.models import Person
from yixiang.units.states import BELONGS

MOST = 20
EARLIEST = date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a keeper; an account gives its name where none is typed."""

    name: str = ""
    person: Person | None = None
    title: str = ""
    level: str = "none"
    since: date | None = None
    phone: str = ""
    email: str = ""
    main: bool = False
    public: bool = False


@transaction.atomic
def add_keeper(instrument: Instrument, about: About, *, actor: Person, now: datetime) -> Keeper:
    instrument = _locked(instrument, actor)
    standing = instrument.keepers.filter(removed_at=None)
    if standing.count() >= MOST:
        raise Invalid(f"一台仪器最多登记 {MOST} 名机组人员。")
    values = _checked(instrument, about, now)
    if about.person and standing.filter(person=about.person).exists():
        raise Invalid.field("person", f"“{values['name']}”已经是这台仪器的机组人员。", code="keeper-already")
    values["main"] = about.main or not standing.filter(main=True).exists()
    if values["main"]:
        standing.filter(main=True).update(main=False)
    made: Keeper = Keeper.objects.create(instrument=instrument, added_at=now, **values)
    what = f"登记机组人员{made.name}{'（负责人）' if made.main else ''}"
    record(instrument, "add_keeper", what, actor=actor, now=now)
    follow([instrument.pk], on=local_date(now))
    return made


@transaction.atomic
def change_keeper(keeper: Keeper, about: About, *, actor: Person, now: datetime) -> Keeper:
    """Everything but the account: another account is another keeper."""
    instrument = _locked(keeper.instrument, actor)
    keeper = _standing(instrument, keeper.pk)
    values = _checked(instrument, about, now) | {"person": keeper.person}
    if about.main and not keeper.main:
        instrument.keepers.filter(removed_at=None, main=True).update(main=False)
    values["main"] = about.main or keeper.main
    for name, value in values.items():
        setattr(keeper, name, value)
    keeper.save(update_fields=list(values))
    record(instrument, "change_keeper", f"修改机组人员{keeper.name}的信息", actor=actor, now=now)
    return keeper


@transaction.atomic
def make_main(keeper: Keeper, *, actor: Person, now: datetime) -> Keeper:
    instrument = _locked(keeper.instrument, actor)
    keeper = _standing(instrument, keeper.pk)
    if keeper.main:
        return keeper
    instrument.keepers.filter(removed_at=None, main=True).update(main=False)
    keeper.main = True
    keeper.save(update_fields=["main"])
    record(instrument, "main_keeper", f"负责人改为{keeper.name}", actor=actor, now=now)
    return keeper


@transaction.atomic
def remove_keeper(keeper: Keeper, *, actor: Person, now: datetime) -> None:
    instrument = _locked(keeper.instrument, actor)
    found = instrument.keepers.filter(pk=keeper.pk, removed_at=None).first()
    if found is None:
        return
    found.removed_at, found.main = now, False
    found.save(update_fields=["removed_at", "main"])
    record(instrument, "remove_keeper", f"{found.name}不再是机组人员", actor=actor, now=now)
    follow([instrument.pk], on=local_date(now))


def _locked(instrument: Instrument, actor: Person) -> Instrument:
    locked = lock(instrument)
    require_edit(locked, actor)
    refuse_closed(locked)
    return locked


def _standing(instrument: Instrument, pk: int) -> Keeper:
    found: Keeper | None = instrument.keepers.filter(pk=pk, removed_at=None).select_related("person").first()
    if found is None:
        raise Unseen("这名机组人员已经不在名单上了。")
    return found


def _checked(instrument: Instrument, about: About, now: datetime) -> dict[str, Any]:
    """What is written, or a word beside each thing that is wrong."""
    name = text(about.name) or (about.person.name if about.person else "")
    problems: dict[str, list[str]] = {}
    if not name or len(name) > 40:
        problems["name"] = ["请填写姓名，最多 40 个字。"]
    if about.person and not _belongs(about.person, instrument):
        problems["person"] = [
            f"“{about.person.name or about.person.username}”不是{instrument.unit.name}的成员，不能作为机组人员的账号。"
            "请对方先申请加入本单位；或者不选账号，只填写姓名和联系方式。"
        ]
    if about.level not in Keeper.Level.values:
        problems["level"] = ["请选择职称级别。"]
    if about.since and not EARLIEST <= about.since <= local_date(now):
        problems["since"] = ["从业起始日期不能在今天以后，也不会早于 1950 年。"]
    if len(text(about.title)) > 40:
        problems["title"] = ["职称最多 40 个字。"]
    contact = {}
    for field, reader in (("phone", readers.telephone), ("email", email)):
        try:
            contact[field] = reader(getattr(about, field))
        except Unreadable as unreadable:
            problems[field] = [str(unreadable)]
    if problems:
        raise Invalid("机组人员没有保存，请修改标出的内容。", fields=problems)
    return {
        "name": name, "person": about.person, "title": text(about.title), "level": about.level, "since": about.since,
        "public": about.public, "main": about.main, **contact,
    }  # fmt: skip


def _belongs(person: Person, instrument: Instrument) -> bool:
    return person.memberships.filter(unit_id=instrument.unit_id, state__in=BELONGS).exists()
