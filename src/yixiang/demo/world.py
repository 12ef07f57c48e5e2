"""Builds the demo through the same commands a person would use, on dates counted back from today."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from yixiang.demo import articles, consulting, instruments, money, orders, papers, publishing, reward, vouchers
from yixiang.demo.cast import OFFICES, PASSWORD, PLACES, Place, parts_of
from yixiang.demo.units import Plot, credit_code, plots
from yixiang.kernel import scopes
from yixiang.kernel.errors import WrongState
from yixiang.notices.models import Notice
from yixiang.people.access import forget_grants
from yixiang.people.commands.grants import bestow
from yixiang.people.models import Person
from yixiang.reviews.commands import Verb
from yixiang.reviews.models import Authority
from yixiang.units import law
from yixiang.units.commands import deciding, experts, granting, members, registering, sub_units
from yixiang.units.models import Membership, Unit

Say = Callable[[str], None]


@dataclass
class World:
    now: datetime
    say: Say = print
    password: str = field(default_factory=lambda: make_password(PASSWORD))
    people: dict[str, Person] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    numbers: int = 0

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def person(self, username: str, name: str) -> Person:
        """The hash is made once: forty people, one password, printed on the sign-in page."""
        self.numbers += 1
        made = Person.objects.create(
            username=username,
            name=name,
            email=f"{username}@demo.yixiang.invalid",
            phone=f"1990000{self.numbers:04d}",
            phone_verified=True,
            password=self.password,
            password_changed_at=self.ago(5),
            demo=True,
        )
        self.people[username] = made
        return made


@transaction.atomic
def build(now: datetime, say: Say = print) -> World:
    """Whole or not at all, and only into a database without people: a demo never mixes with real work."""
    if Person.objects.exists():
        raise WrongState("数据库里已经有人员，演示数据只能装入空的数据库。")
    world = World(now, say)
    for login, _label, role, name in OFFICES:
        bestow(world.person(login, name), role=role, scope=scopes.PLATFORM, by=None, now=world.ago(400))
    for place in PLACES:
        _place(world, place)
        say(f"  {place.name}：{sum(key.startswith(place.prefix) for key in world.units)} 家单位")
    bestow(world.person("editor", "平台编辑部"), role="editor", scope=scopes.PLATFORM, by=None, now=world.ago(399))
    say(f"  资讯：{len(articles.write(world.people, now))} 篇，专家咨询：{len(consulting.write(world.people, now))} 件")
    Notice.objects.filter(created_at__lt=world.ago(10)).update(read_at=F("created_at") + timedelta(hours=9))
    return world


def _place(world: World, place: Place) -> None:
    _offices(world, place)
    for number, plot in enumerate(plots(place), 1):
        _unit(world, place, plot, number)
    _inside_the_university(world, place)
    _inside_the_firm(world, place)
    _waiting_people(world, place)
    instruments.write(place, world.units, world.now)
    publishing.write(place, world.people, world.units[f"{place.prefix}.univ"], world.now)
    made, served = orders.write(place, world.people, world.units, world.now)
    world.say(f"  {place.name}：{made} 张预约单")
    if used := vouchers.write(place, world.people, world.units, served, world.now):
        world.say(f"  {place.name}：{used} 张创新券")
    if place.prefix == "hn" and (run := money.tell(orders.ground_of(place, world.people, world.units, world.now))):
        world.say(f"  {place.name}：{run.year} 年度后补助 {run.amount} 元")
    if place.prefix == "xc" and (run := reward.tell(orders.ground_of(place, world.people, world.units, world.now))):
        world.say(f"  {place.name}：{run.year} 年度开放共享奖励 {run.amount} 元")


def _offices(world: World, place: Place) -> None:
    """The reviewing offices and the people in them."""
    top = "city" if not place.city else "province"
    office = {"hn": "湖南省科学技术厅", "sd": "山东省科学技术厅", "gd": "广东省科学技术厅", "xc": "许昌市科学技术局"}
    Authority.objects.create(region=place.region, level=top, name=f"{office[place.prefix]}（演示）")
    if place.city:
        name = {"hn": "长沙市", "sd": "济南市", "gd": "广州市"}[place.prefix]
        Authority.objects.create(region=place.city, level="city", name=f"{name}科学技术局（演示）")
    for part, name in parts_of(place):
        person = world.person(f"{place.prefix}.{part.suffix}", name)
        if part.scope in {"region", "city"}:
            region = place.region if part.scope == "region" else place.city
            bestow(person, role=part.role, scope=scopes.region(region), by=None, now=world.ago(399))
        if part.scope == "city":  # a small office pays what it has approved: a second hat
            bestow(person, role="finance", scope=scopes.region(place.city), by=None, now=world.ago(399))


def _unit(world: World, place: Place, plot: Plot, number: int) -> None:
    registrant = _registrant(world, place, plot)
    began = world.ago(plot.days)
    unit = registering.start_draft(registrant, now=began, demo=True)
    typed = _typed(place, plot, number, registrant)
    registering.save_draft(unit, actor=registrant, typed=typed, now=began)
    world.units[f"{place.prefix}.{plot.key}"] = unit
    if plot.until == "draft":
        return
    version = law.commitment_version(typed["region"], on=began.date())
    unit = registering.accept_commitment(unit, actor=registrant, version=version, now=began)
    _attach_papers(unit, registrant, typed, began)
    unit = registering.submit(unit, actor=registrant, now=began + timedelta(hours=2))
    _decide(world, place, unit, plot, began)
    world.units[f"{place.prefix}.{plot.key}"] = Unit.objects.get(pk=unit.pk)


def _registrant(world: World, place: Place, plot: Plot) -> Person:
    """The fixed accounts register their own units; other units have an administrator of their own."""
    fixed = {"univ": "univ", "firm": "firm", "team": "team"}.get(plot.key)
    if fixed:
        return world.people[f"{place.prefix}.{fixed}"]
    return world.person(f"{place.prefix}.{plot.key}.admin", f"{plot.name[:2]}管理员")


def _typed(place: Place, plot: Plot, number: int, registrant: Person) -> dict[str, str]:
    team = plot.kind == "team"
    base = {
        "name": plot.name,
        "kind": plot.kind,
        "credit_code": "" if team else credit_code(place, number, plot.kind),
        "affiliation": plot.affiliation,
        "region": place.capital,
        "address": f"演示路 {number} 号",
        "provides": "on" if plot.provides else "",
        "uses": "on" if plot.uses else "",
        "legal_representative": f"{plot.name[:4]}法人",  # nobody's is that of another unit
        "founded": f"{2001 + number}-06-18",
        "industry": "C" if plot.kind == "enterprise" else "M",
        "nature": "private" if plot.kind == "enterprise" else "public",
        "introduction": "本单位为演示数据，用于体验入网、审核与共享流程。",
        "contact_name": registrant.name,
        "contact_phone": registrant.phone,
        "contact_email": registrant.email,
        "account_name": f"{place.prefix}{plot.key}",
    }
    return base | plot.facts


def _attach_papers(unit: Unit, registrant: Person, typed: dict[str, str], now: datetime) -> None:
    for purpose in law.missing_attachments(unit, typed, on=now.date()):
        registering.attach(unit, actor=registrant, purpose=purpose, file=papers.scan(registrant, purpose, now), now=now)


def _decide(world: World, place: Place, unit: Unit, plot: Plot, began: datetime) -> None:
    """The offices answer a day or two later each, as far as the story goes."""
    rounds: dict[str, list[Verb]] = {"submitted": [], "passed_on": ["approve"], "returned": ["return"]}
    for step, action in enumerate(rounds.get(plot.until, ["approve", "approve"]), 1):
        case = unit.case
        assert case is not None
        case.refresh_from_db()
        if case.state != "open":
            return
        level = case.rounds[case.round]["level"]
        reviewer = world.people[f"{place.prefix}.{'city' if level == 'city' and place.city else 'authority'}"]
        note = "申请书缺少单位公章，请盖章后重新扫描上传。" if action == "return" else "材料齐全，信息一致。"
        at = min(began + timedelta(days=step, hours=3), world.now - timedelta(minutes=30))
        deciding.decide_case(case, actor=reviewer, action=action, note=note, now=at)


def _inside_the_university(world: World, place: Place) -> None:
    """A school, a laboratory in it, its administrator, a keeper and a certified expert."""
    unit, admin = world.units[f"{place.prefix}.univ"], world.people[f"{place.prefix}.univ"]
    forget_grants(admin)
    at = world.ago(316)
    school = sub_units.add(unit, actor=admin, name="材料科学与工程学院", kind="school", now=at)
    lab = sub_units.add(unit, actor=admin, name="电子显微实验室", kind="laboratory", parent=school, now=at)
    sub_units.add(unit, actor=admin, name="分析测试中心", kind="centre", now=at)
    for suffix in ("lab", "keeper"):
        person = world.people[f"{place.prefix}.{suffix}"]
        member = members.ask_to_join(person, unit=unit, sub_unit=lab, position="实验技术人员", now=at)
        _admit(member, admin, at)
        if suffix == "lab":
            granting.appoint_sub_admin(lab, member, actor=admin, now=at)
        else:
            bestow(person, role="keeper", scope=lab.scope, by=admin, now=at, scope_label=f"{unit.name} · {lab.name}")
    scholar = world.people[f"{place.prefix}.expert"]
    _admit(members.ask_to_join(scholar, unit=unit, position="教授", now=at), admin, at)
    _certify(world, place, scholar, unit)


def _certify(world: World, place: Place, scholar: Person, unit: Unit) -> None:
    at = world.ago(130)
    expert = experts.apply(scholar, unit=unit, title="教授", now=at, **consulting.WORDS[place.prefix])
    assert expert.case is not None
    deciding.decide_case(
        expert.case, actor=world.people[f"{place.prefix}.authority"], action="approve", now=at + timedelta(days=2)
    )
    bestow(scholar, role="expert", scope=scopes.region(place.region), by=None, now=at + timedelta(days=2))


def _inside_the_firm(world: World, place: Place) -> None:
    unit, admin = world.units[f"{place.prefix}.firm"], world.people[f"{place.prefix}.firm"]
    forget_grants(admin)
    at = world.ago(318)
    staff = world.people[f"{place.prefix}.user"]
    _admit(members.ask_to_join(staff, unit=unit, position="研发工程师", now=at), admin, at)
    bestow(staff, role="user", scope=scopes.unit(unit.pk), by=admin, now=at, scope_label=unit.name)


def _waiting_people(world: World, place: Place) -> None:
    """Something to decide for the unit administrators on the first morning."""
    for key, who, words in (("univ", "newcomer", "分析测试中心新入职"), ("firm", "intern", "研发部新同事")):
        person = world.person(f"{place.prefix}.{who}", {"newcomer": "新来的同事", "intern": "实习工程师"}[who])
        members.ask_to_join(person, unit=world.units[f"{place.prefix}.{key}"], message=words, now=world.ago(1))


def _admit(member: Membership, admin: Person, at: datetime) -> None:
    assert member.case is not None
    deciding.decide_case(member.case, actor=admin, action="approve", now=at)
    member.refresh_from_db()
