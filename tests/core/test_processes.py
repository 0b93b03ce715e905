from tolmach.core.processes import Process, from_text, named, to_text
from tolmach.core.roles import ProcessRole


def test_a_process_is_read_as_it_says_of_itself() -> None:
    process = Process("a-1-b", frozenset({ProcessRole.API}), 5, "1.2")
    assert from_text("a-1-b", to_text(process)) == process
    assert not process.carries
    assert Process("all").carries


def test_a_name_leaves_room_for_the_numbers_of_workers() -> None:
    assert len(f"{named('h' * 64, 4_194_304, 'abcdef')}-whatsapp-1") <= 64
