from starlette.datastructures import FormData
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired

from tolmach.web.forms import Form, choices, text


class Small(Form):
    name = StringField("Name", [InputRequired("Write it.")])
    many = SelectMultipleField("Many", choices=choices([("a", "A"), ("b", "B")]))


def test_a_form_that_was_not_sent_is_neither_good_nor_wrong() -> None:
    form = Small(name="Anna")
    assert not form.good()
    assert (text(form.name), form.errors) == ("Anna", {})


def test_what_was_sent() -> None:
    form = Small(FormData([("name", "Bo"), ("many", "a"), ("many", "b")]))
    assert form.good()
    assert (form.name.data, form.many.data) == ("Bo", ["a", "b"])


def test_errors() -> None:
    form = Small(FormData([("name", "")]))
    assert not form.good()
    assert form.name.errors == ["Write it."]


def test_nothing_is_an_empty_text() -> None:
    assert text(Small().name) == ""
