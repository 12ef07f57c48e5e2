"""Forms of this room. The unit's own facts are read by the rules; their form only shows what was typed and why not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yixiang.kernel import reference
from yixiang.kernel.typed import day, flag, paragraph, whole
from yixiang.policy import library
from yixiang.units.models import Expert, IntegrityFlag, Membership, Relation, SubUnit
from yixiang.units.rules.details import SPECS, Spec
from yixiang.units.rules.words import PURPOSES

Choices = list[tuple[str, Any]]


def regions() -> Choices:
    """The divisions this installation serves, by province or city; without the placeholders of the numbering."""
    found: Choices = [("", _("请选择"))]
    for place in library().jurisdictions.values():
        rows = [r for r in reference.divisions().values() if reference.in_region(r.code, place.region)]
        named = [(r.code, reference.region_name(r.code)) for r in rows if not r.placeholder]
        found.append((place.name, [(code, name) for code, name in named if not code.endswith("0000")]))
    return found


def _industries() -> Choices:
    return [("", _("请选择")), *((row.code, row.name) for row in reference.industries().values())]


class FactsForm(forms.Form):
    """Some of the unit's facts, as typed. Nothing is judged here, so that nothing typed is ever lost."""

    use_required_attribute = False

    def __init__(self, specs: Iterable[Spec], typed: Mapping[str, str], required: Iterable[str] = ()) -> None:
        super().__init__(dict(typed))
        needed = set(required)
        for spec in specs:
            self.fields[spec.name] = _field(spec, spec.name in needed)

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def explain(self, problems: Mapping[str, Sequence[str]]) -> None:
        for name, messages in problems.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)


def _field(spec: Spec, required: bool) -> forms.Field:
    common: dict[str, Any] = {"label": spec.label, "help_text": spec.hint, "required": required}
    if spec.read is flag:
        return forms.BooleanField(**{**common, "required": False})
    if spec.choices:
        return forms.ChoiceField(choices=[("", _("请选择")), *spec.choices.items()], **common)
    if spec.name == "region":
        return forms.ChoiceField(choices=regions(), **common)
    if spec.name == "industry":
        return forms.ChoiceField(choices=_industries(), **common)
    if spec.read is day:
        return forms.CharField(widget=forms.DateInput, **common)
    if spec.read is paragraph:
        return forms.CharField(widget=forms.Textarea, **common)
    return forms.CharField(widget=forms.TextInput(attrs=_hints_for_phones(spec)), **common)


def _hints_for_phones(spec: Spec) -> dict[str, str]:
    """The right keyboard on a phone, and no spelling help in a code."""
    if spec.name == "contact_phone":
        return {"inputmode": "tel", "autocomplete": "tel"}
    if spec.name == "contact_email":
        return {"inputmode": "email", "autocomplete": "email"}
    if spec.name in {"credit_code", "account_name"}:
        return {"autocapitalize": "off", "spellcheck": "false", "autocomplete": "off"}
    return {"inputmode": "numeric"} if spec.read is whole else {}


def specs_of(step: str, *, enterprise: bool = True) -> list[Spec]:
    return [spec for spec in SPECS if spec.step == step and (enterprise or not spec.enterprise)]


def typed_from(data: QueryDict, specs: Iterable[Spec]) -> dict[str, str]:
    """What the sent form says about these fields; a box left empty is sent by not being there."""
    typed = {}
    for spec in specs:
        if spec.name in data or spec.read is flag:
            typed[spec.name] = str(data.get(spec.name, ""))
    return typed


class BeginForm(forms.Form):
    name = forms.CharField(label=_("单位名称"), max_length=120, help_text=_("与营业执照或法人证书上的名称一致。"))
    region = forms.ChoiceField(label=_("所在地区"), help_text=_("由该地区的主管部门审核，也决定适用哪里的规定。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = regions()  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    purpose = forms.ChoiceField(choices=list(PURPOSES.items()), widget=forms.HiddenInput)
    file = forms.FileField(label=_("文件"))


class BankForm(forms.Form):
    bank_name = forms.CharField(label=_("开户银行"), max_length=120, help_text=_("写到支行。"))
    account_name = forms.CharField(label=_("账户名称"), max_length=120, help_text=_("应与单位名称一致。"))
    number = forms.CharField(
        label=_("账号"), max_length=60, help_text=_("加密保存，页面上只显示末四位。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


class LookForm(forms.Form):
    purpose = forms.CharField(label=_("查看用途"), max_length=200, help_text=_("会记入单位的办理经过，单位可以看到。"))


class NoteForm(forms.Form):
    note = forms.CharField(label=_("说明"), max_length=300, widget=forms.Textarea)


class AskForm(forms.Form):
    sub_unit = forms.ModelChoiceField(
        SubUnit.objects.none(), label=_("二级单位"), required=False, empty_label=_("不选择")
    )
    position = forms.CharField(label=_("职务或身份"), max_length=60, required=False)
    message = forms.CharField(
        label=_("申请说明"), max_length=300, required=False, widget=forms.Textarea,
        help_text=_("写明所在部门、工号等，便于单位管理员核对。"),
    )  # fmt: skip

    def __init__(self, *args: Any, tree: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sub_unit"].queryset = tree  # type: ignore[attr-defined]


class SubUnitForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类别"), choices=SubUnit.Kind.choices)
    parent = forms.ModelChoiceField(SubUnit.objects.none(), label=_("上级"), required=False, empty_label=_("直属单位"))

    def __init__(self, *args: Any, tree: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = tree  # type: ignore[attr-defined]


class MemberChoiceForm(forms.Form):
    """One of the unit's members, for appointing."""

    member = forms.ModelChoiceField(Membership.objects.none(), label=_("成员"))

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["member"].label_from_instance = lambda row: str(row.person)  # type: ignore[attr-defined]


class RegulationForm(forms.Form):
    name = forms.CharField(label=_("制度名称"), max_length=120)
    number = forms.CharField(label=_("制度编号"), max_length=60, required=False)
    issued_on = forms.DateField(label=_("发布日期"), widget=forms.DateInput)
    effective_on = forms.DateField(label=_("实施日期"), widget=forms.DateInput)
    upload = forms.FileField(label=_("制度文件"), help_text=_("PDF、OFD、图片或 Word 文件。"))


class RelationForm(forms.Form):
    code = forms.CharField(label=_("统一社会信用代码"), max_length=40, required=False)
    name = forms.CharField(
        label=_("单位名称"), max_length=120, required=False, help_text=_("对方没有信用代码时填写名称。")
    )
    nature = forms.ChoiceField(label=_("关联关系"), choices=Relation.Nature.choices)
    since = forms.DateField(label=_("起始日期"), required=False, widget=forms.DateInput)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class FlagForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=IntegrityFlag.Kind.choices)
    since = forms.DateField(label=_("列入日期"), widget=forms.DateInput)
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("公示名单、文号或网址。"))


class KnowledgeForm(forms.Form):
    """What an expert knows; may be changed at any time without a new review."""

    disciplines = forms.MultipleChoiceField(
        label=_("学科"), required=False, help_text=_("最多 6 个。"), widget=forms.SelectMultiple(attrs={"size": 6})
    )
    classes = forms.MultipleChoiceField(
        label=_("熟悉的仪器类别"), required=False, help_text=_("可以选大类，也可以选具体一类；别人按类别找到您。"),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )  # fmt: skip
    instruments = forms.CharField(
        label=_("熟悉的仪器（补充说明）"), max_length=1000, required=False, widget=forms.Textarea,
        help_text=_("类别里没有的，或具体型号、方法，用自己的话写。"),
    )  # fmt: skip
    introduction = forms.CharField(label=_("简介"), max_length=1000, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disciplines"].choices = disciplines_offered()  # type: ignore[attr-defined]
        self.fields["classes"].choices = classes_offered()  # type: ignore[attr-defined]


class ExpertForm(KnowledgeForm):
    title = forms.CharField(label=_("职称"), max_length=40)
    field = forms.CharField(label=_("专业领域"), max_length=120, help_text=_("一句话，例如：材料微观结构表征。"))

    field_order = ("title", "field", "disciplines", "classes", "instruments", "introduction")


class QuestionForm(forms.Form):
    title = forms.CharField(label=_("想问什么"), max_length=80, help_text=_("一句话，例如：涂层截面怎样制样不掉边？"))
    text = forms.CharField(
        label=_("具体情况"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("写清样品、想得到的指标、已经试过的办法。请不要写身份证号、银行账号。"),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("仪器类别"), required=False)
    file = forms.FileField(label=_("附件"), required=False, help_text=_("图片、PDF、Word、Excel 或文本，一份。"))
    may_share = forms.BooleanField(label=_("隐去我的信息后，专家可以把这份问答公开给别人参考"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("不指定")), *classes_offered()]  # type: ignore[attr-defined]


class TurnForm(forms.Form):
    text = forms.CharField(label=_("内容"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))
    file = forms.FileField(label=_("附件"), required=False)


class ThanksForm(forms.Form):
    text = forms.CharField(
        label=_("想对专家说的话"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ForwardForm(forms.Form):
    to = forms.ModelChoiceField(Expert.objects.none(), label=_("转给"), empty_label=_("请选择专家"))
    note = forms.CharField(label=_("为什么转"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, experts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = experts  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = lambda row: f"{row.person.name} · {row.unit.name} · {row.field}"  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    asked = forms.CharField(
        label=_("公开的问题"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("请删去能认出提问人、单位和样品来源的内容。"),
    )  # fmt: skip
    answered = forms.CharField(label=_("公开的答复"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))


def classes_offered() -> list[tuple[str, str]]:
    """Every class with the branch it belongs to, so that a name that stands twice can be told apart."""
    found = []
    for row in reference.instrument_classes().values():
        above = reference.instrument_class(row.parent)
        found.append((row.code, f"{row.name}（{above.name}）" if above else row.name))
    return found


def disciplines_offered() -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in reference.disciplines().values()]


class ClaimForm(forms.Form):
    to = forms.ChoiceField(
        label=_("发送给"), initial="holder", widget=forms.RadioSelect,
        choices=[
            ("holder", _("已登记单位的管理员：说明情况，或请其同意您加入")),
            ("authority", _("主管部门：对登记提出申诉")),
        ],
    )  # fmt: skip
    text = forms.CharField(label=_("内容"), max_length=500, widget=forms.Textarea)
    reply_to = forms.CharField(label=_("您的联系方式"), max_length=120, help_text=_("手机或邮箱，只发给收件人。"))
