from tolmach.clients import errors
from tolmach.clients.values import SentMessage


def test_all_are_client_errors_and_say_what_was_done() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) == 8
    assert all(issubclass(kind, errors.ClientError) for kind in kinds)
    assert errors.LaterError("busy", 5, [SentMessage("7", "5")]).done[0].id == "5"
    assert str(errors.MessageRefusedError("no-money", permanent=False)) == "refused: no-money"
