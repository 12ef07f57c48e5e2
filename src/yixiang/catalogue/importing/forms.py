"""What the upload page asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    place = forms.ChoiceField(label=_("导入到"))
    book = forms.FileField(label=_("表格"), help_text=_("xlsx、xls 或 csv，最多 50,000 行。"))
    bundle = forms.FileField(
        label=_("图片包"),
        required=False,
        help_text=_("ZIP；图片按“图片”一列的文件名，或按“所在单位仪器编号.jpg”对应到各行。"),
    )

    def __init__(self, *args: object, places: list[tuple[str, str]], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
        self.fields["place"].initial = places[0][0] if places else None
        self.fields["book"].widget.attrs["accept"] = ".xlsx,.xls,.csv"
        self.fields["bundle"].widget.attrs["accept"] = ".zip"


class AgainForm(forms.Form):
    """The corrected workbook; unit and pictures are those of the batch before."""

    book = forms.FileField(label=_("改好的表格"))
    bundle = forms.FileField(label=_("图片包"), required=False, help_text=_("不选择则沿用上次的图片包。"))

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["book"].widget.attrs["accept"] = ".xlsx,.xls,.csv"
        self.fields["bundle"].widget.attrs["accept"] = ".zip"
