"""Several files in one field."""

from typing import Any

from django import forms


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        """As many as were chosen; without uploads Django hands over a plain dict."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class ManyFilesField(forms.FileField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ManyFilesInput(attrs={"multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each is looked at by itself; a required field wants at least one."""
        chosen = data or ([None] if self.required else [])
        return [super(ManyFilesField, self).clean(one, initial) for one in chosen]
