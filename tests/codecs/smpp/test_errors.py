from tolmach.codecs.smpp.constants import CommandId, Status
from tolmach.codecs.smpp.errors import BadPdu, Unencodable


def test_a_bad_pdu_names_its_place() -> None:
    error = BadPdu(Status.RINVMSGLEN, "too long").at(CommandId.SUBMIT_SM, 7)
    assert str(error) == "submit_sm: too long (ESME_RINVMSGLEN)"
    assert (error.command, error.sequence, error.fatal) == (4, 7, False)


def test_a_bad_header_has_no_place() -> None:
    error = BadPdu(Status.RINVCMDLEN, "short", fatal=True)
    assert str(error) == "header: short (ESME_RINVCMDLEN)"
    assert error.sequence is None
    assert error.at(1, 2).fatal


def test_an_unencodable_value_names_its_field() -> None:
    error = Unencodable("source_addr", "contains NUL")
    assert str(error) == "source_addr: contains NUL"
    assert (error.field, error.reason) == ("source_addr", "contains NUL")
