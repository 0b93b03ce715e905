"""Forms: WTForms over what Starlette reads. Labels and errors are translated when they are shown."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from starlette.datastructures import FormData
from wtforms import Form as WtForm
from wtforms import StringField
from wtforms.fields import choices as wt_choices

_Choice: Final[Any] = getattr(wt_choices, "SelectChoice")  # noqa: B009 - the published types are older


def text(field: StringField) -> str:
    """Return what a text field says, "" for nothing."""
    return field.data or ""


def choices(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """Return what a select field offers: values with their labels."""
    return [_Choice(value, label) for value, label in pairs]


class _Fields:
    """A form's content as WTForms reads it."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def getlist(self, name: str) -> list[Any]:
        """Return all values of a field."""
        return list(self._data.getlist(name))


class Form(WtForm):
    """A form of a page; ``sent`` None: it is shown for the first time."""

    def __init__(self, sent: FormData | None = None, **values: Any) -> None:
        super().__init__(None if sent is None else _Fields(sent), data=values)
        self.sent = sent is not None

    def good(self) -> bool:
        """Tell whether it was sent and has no errors."""
        return self.sent and self.validate()
