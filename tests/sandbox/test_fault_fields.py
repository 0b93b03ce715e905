"""The SMSC's faults as a form shows them."""

import orjson

from tolmach.sandbox.fault_fields import GROUPS, described, groups
from tolmach.sandbox.faults import NONE, Faults


def test_every_fault_has_a_field() -> None:
    names = [field.name for _, fields in GROUPS for field in fields]
    assert sorted(names) == sorted(Faults.model_fields)


def test_a_form_without_faults_sets_none() -> None:
    assert Faults.model_validate_json(orjson.dumps({str(one["name"]): one["nothing"] for one in described()})) == NONE
    kinds = {"share": 0, "switch": False, "status": None}
    assert [one["name"] for one in described() if kinds.get(str(one["kind"]), one["nothing"]) != one["nothing"]] == []


def test_choices_are_those_of_the_fault() -> None:
    chosen = [one for one in described() if one["kind"] == "choice"]
    assert [one["name"] for one in chosen if one["nothing"] not in one["choices"]] == []  # type: ignore[operator]


def test_labels_are_translated() -> None:
    (title, fields), *_ = groups(str.upper)
    assert (title, fields[0].label) == ("ANSWERS", "ANSWERED ESME_RTHROTTLED")
