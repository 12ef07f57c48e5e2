"""Forms of this room. The article's own form shows what was typed and judges nothing; publishing does that."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from yixiang.articles.rules.reading import LONGEST
from yixiang.articles.rules.words import KINDS, TOPICS


class ArticleForm(forms.Form):
    """As typed. Nothing is judged here, so that nothing typed is ever lost."""

    use_required_attribute = False

    title = forms.CharField(label=_("标题"), widget=forms.TextInput(attrs={"maxlength": LONGEST["title"]}))
    summary = forms.CharField(
        label=_("摘要"), required=False, help_text=_("列表和搜索结果里显示；不填时取正文开头。"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST["summary"]}),
    )  # fmt: skip
    body = forms.CharField(
        label=_("正文"), required=False, widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false"})
    )
    kind = forms.ChoiceField(label=_("栏目"), choices=list(KINDS.items()))
    topic = forms.ChoiceField(
        label=_("帮助主题"),
        required=False,
        choices=[("", _("请选择")), *TOPICS.items()],
        help_text=_("只用于帮助文章。"),
    )
    region = forms.ChoiceField(label=_("适用地区"), required=False)
    publish_at = forms.CharField(
        label=_("发布时间"), required=False, help_text=_("留空为立即发布；填将来的时间则到时自动显示。"),
        widget=forms.DateTimeInput,
    )  # fmt: skip
    slug = forms.CharField(
        label=_("网址"), required=False, help_text=_("留空时按标题的拼音生成；发布后不再改变。"),
        widget=forms.TextInput(attrs={"maxlength": 60, "spellcheck": "false"}),
    )  # fmt: skip
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, typed: Mapping[str, str], *, places: Sequence[tuple[str, str]], version: int) -> None:
        shown = {**typed, "version": str(version)}
        super().__init__(shown)
        region = typed.get("region", "")
        known = [code for code, _name in places]
        self.fields["region"].choices = [*places] if region in known else [(region, region), *places]  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def explain(self, problems: Mapping[str, Sequence[str]]) -> None:
        for name, messages in problems.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label=_("撤下的原因"), max_length=300, widget=forms.Textarea, help_text=_("记入文章经过，读者看不到。")
    )


class PinForm(forms.Form):
    until = forms.DateField(label=_("置顶至"), required=False, widget=forms.DateInput, help_text=_("留空为不再置顶。"))
