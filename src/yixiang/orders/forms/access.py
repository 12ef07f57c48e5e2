"""Terms, qualifications, the queue, the lot, faults and own use, as people type them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.kernel.periods import SHANGHAI
from yixiang.orders.rules.words import ASKED, LEVELS, PURPOSES, WAYS
from yixiang.people.models import Person

NIGHT = timedelta(hours=16)


def moment(day: Any, clock: Any) -> datetime | None:
    return datetime.combine(day, clock, SHANGHAI) if day and clock else None


def across_midnight(day: date, begins: time, finishes: time) -> tuple[datetime, datetime]:
    """An earlier hour at the end is the next day's where that makes a night; longer than that it is a slip."""
    starts, ends = datetime.combine(day, begins, SHANGHAI), datetime.combine(day, finishes, SHANGHAI)
    next_day = ends + timedelta(days=1)
    return starts, next_day if ends <= starts and next_day - starts <= NIGHT else ends


def words_field(label: Any, *, most: int = 300, required: bool = True, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=most, required=required, widget=area, help_text=help_text)


def way_field() -> forms.ChoiceField:
    choices = list(WAYS.items())
    return forms.ChoiceField(label=_("服务方式"), choices=choices, widget=forms.RadioSelect, initial="entrusted")


class Plain(forms.Form):
    use_required_attribute = False


class TermsForm(Plain):
    level = forms.ChoiceField(label=_("自己操作要什么资格"), choices=list(ASKED.items()), required=False,
        help_text=_("委托机组测试的不受影响。非工作时间独立操作总要“任何时间”级。"))  # fmt: skip
    staffed_from = forms.TimeField(label=_("机组上班"), help_text=_("在指导下操作只能选这段时间。"))
    staffed_to = forms.TimeField(label=_("机组下班"))
    person_hours = forms.IntegerField(label=_("每人每周最多"), required=False, help_text=_("不限就空着。"))
    group_hours = forms.IntegerField(label=_("每单位每周最多"), required=False, help_text=_("不限就空着。"))
    cancel_hours = forms.IntegerField(label=_("免责取消须提前"), help_text=_("再晚取消会记入预约信用。"))
    auto_accept = forms.BooleanField(label=_("符合条件的机时预约自动受理"), required=False,
        help_text=_("须有公开价格；送样和要报价的仍由机组受理。"))  # fmt: skip
    queue = forms.BooleanField(
        label=_("接受候补"), required=False, help_text=_("没有空位时可以排队，有空位按先后邀约。")
    )
    offer_hours = forms.IntegerField(label=_("候补邀约保留"), help_text=_("过时不确认就给下一位。"))

    def wanted(self) -> dict[str, Any]:
        """Clock times as minutes; midnight as an end is the end of the day."""
        data = dict(self.cleaned_data)
        low, high = data["staffed_from"], data["staffed_to"]
        data["staffed_from"] = low.hour * 60 + low.minute
        data["staffed_to"] = (high.hour * 60 + high.minute) or 1440
        return data


def clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


class AskForm(Plain):
    words = words_field(_("想学什么、什么时候方便"), required=False, help_text=_("机组会和您约培训时间。"))


class InviteForm(Plain):
    at = forms.DateTimeField(label=_("培训时间"), widget=forms.DateTimeInput)
    place = forms.CharField(label=_("地点"), max_length=100, required=False)
    note = words_field(_("带什么、先看什么"), required=False)


class GrantForm(Plain):
    level = forms.ChoiceField(
        label=_("级别"), choices=list(LEVELS.items()), widget=forms.RadioSelect, initial="working"
    )
    until = forms.DateField(
        label=_("有效期至"), required=False, widget=forms.DateInput, help_text=_("长期有效就空着。")
    )
    note = words_field(_("说明"), required=False)


class EndForm(Plain):
    note = words_field(_("原因"), help_text=_("本人会看到。"))


class PersonForm(Plain):
    """Whoever belongs to the unit or has booked here; nobody else can be looked up."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("给谁"), empty_label=_("请选择"))

    def __init__(self, *args: Any, people: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = Person.objects.filter(pk__in=list(people), is_active=True).order_by("name")
        field.label_from_instance = lambda person: person.name or person.username


class WaitForm(Plain):
    first_day = forms.DateField(label=_("最早哪天"), widget=forms.DateInput)
    last_day = forms.DateField(label=_("最晚哪天"), widget=forms.DateInput)
    minutes = forms.IntegerField(label=_("要多长时间"))
    way = way_field()
    content = words_field(_("测试目的与要求"), most=500, help_text=_("有空位时直接用它生成预约单，不用再填。"))
    contact_phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)

    @property
    def is_complete(self) -> bool:
        """The times could be read, whatever else is wrong."""
        return all(self.cleaned_data.get(name) for name in ("first_day", "last_day", "minutes", "way", "content"))


class DrawForm(Plain):
    starts = forms.DateTimeField(label=_("时段开始"), widget=forms.DateTimeInput)
    ends = forms.DateTimeField(label=_("时段结束"), widget=forms.DateTimeInput)
    closes_at = forms.DateTimeField(label=_("报名截止"), widget=forms.DateTimeInput)
    most_minutes = forms.IntegerField(label=_("每人最多"))
    note = words_field(_("说明"), required=False)


class LotForm(Plain):
    day = forms.DateField(label=_("日期"), widget=forms.DateInput)
    begins = forms.TimeField(label=_("开始"))
    finishes = forms.TimeField(label=_("结束"))
    second_day = forms.DateField(label=_("第二志愿日期"), widget=forms.DateInput, required=False)
    second_begins = forms.TimeField(label=_("开始"), required=False)
    second_finishes = forms.TimeField(label=_("结束"), required=False)
    way = way_field()
    content = words_field(_("测试目的与要求"), most=500, help_text=_("中签后直接用它生成预约单。"))
    contact_phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)

    def wishes(self) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime] | None]:
        data = self.cleaned_data
        first = moment(data["day"], data["begins"]), moment(data["day"], data["finishes"])
        second = tuple(moment(data.get("second_day"), data.get(f"second_{name}")) for name in ("begins", "finishes"))
        assert first[0]
        assert first[1]
        return (first[0], first[1]), (second[0], second[1]) if second[0] and second[1] else None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        second = [data.get(name) for name in ("second_day", "second_begins", "second_finishes")]
        if any(second) and not all(second):
            self.add_error("second_day", str(_("第二志愿要填日期、开始和结束；不要就都空着。")))
        return data


class FaultForm(Plain):
    words = words_field(_("出了什么问题"), most=500)
    expected = forms.DateField(
        label=_("预计恢复"), required=False, widget=forms.DateInput, help_text=_("不知道就空着。")
    )


class MendForm(Plain):
    outcome = words_field(_("怎么处理的"), most=500)


class OwnForm(Plain):
    day = forms.DateField(label=_("日期"), widget=forms.DateInput)
    begins = forms.TimeField(label=_("开始"))
    finishes = forms.TimeField(label=_("结束"))
    purpose = forms.ChoiceField(label=_("用途"), choices=list(PURPOSES.items()), initial="research")
    content = forms.CharField(label=_("做什么"), max_length=500)
    project_name = forms.CharField(label=_("所属项目"), max_length=200, required=False)
    project_number = forms.CharField(label=_("项目编号"), max_length=60, required=False)
    result = words_field(_("结果"), most=1000, required=False, help_text=_("过去的使用可以一并写上。"))


class MannersForm(Plain):
    no_show_points = forms.IntegerField(label=_("未到场记几分"))
    late_points = forms.IntegerField(label=_("晚于时限取消记几分"))
    fade_days = forms.IntegerField(label=_("几天后消除"), help_text=_("逐日减少，到这天归零。"))
    limit = forms.IntegerField(
        label=_("满几分暂停预约机时"), required=False, help_text=_("不暂停就空着，只记录、只给本人看。")
    )


class DecideForm(Plain):
    words = words_field(_("处理意见"), most=500)
