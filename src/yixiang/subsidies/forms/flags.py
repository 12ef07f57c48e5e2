"""What is typed about suspicions."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WordsForm(forms.Form):
    use_required_attribute = False
    words = forms.CharField(label=_("说明"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class LookForm(forms.Form):
    use_required_attribute = False
    year = forms.IntegerField(label=_("年度"), min_value=2014, max_value=2999)


class WatchForm(forms.Form):
    """Left empty: not looked for."""

    use_required_attribute = False
    slack_minutes = forms.IntegerField(
        label=_("计费机时超过实测多少分钟算偏多"), required=False, min_value=0, max_value=1440
    )
    peak_share = forms.DecimalField(
        label=_("12 月结算占全年多少算集中"), required=False, max_digits=3, decimal_places=2, help_text=_("例如 0.40。")
    )
    split_amount = forms.DecimalField(
        label=_("拆分前的金额界线（元）"), required=False, max_digits=12, decimal_places=2, min_value=1
    )
    split_days = forms.IntegerField(label=_("几天以内"), required=False, min_value=1, max_value=366)
    split_count = forms.IntegerField(label=_("至少几单"), required=False, min_value=2, max_value=1000)
