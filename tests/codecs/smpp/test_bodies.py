from tolmach.codecs.smpp.bodies import BindReceiver, BindTransceiver, Outbind, SubmitSm


def test_passwords_do_not_show() -> None:
    for body in (BindReceiver("esme", "hunter2"), BindTransceiver("esme", "hunter2"), Outbind("smsc", "hunter2")):
        assert "hunter2" not in repr(body)
        assert body.system_id in repr(body)


def test_binds_of_different_kinds_differ() -> None:
    bodies: set[object] = {BindReceiver("a"), BindTransceiver("a"), BindReceiver("a")}
    assert len(bodies) == 2


def test_defaults_are_an_empty_message() -> None:
    assert SubmitSm() == ("", 0, 0, "", 0, 0, "", 0, 0, 0, "", "", 0, 0, 0, 0, b"", ())
