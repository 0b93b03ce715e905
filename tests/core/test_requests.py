import pytest

from tolmach.core.requests import Place, is_name, kept, name_of, place_of, read_traceparent

PLACE = Place("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")


@pytest.mark.parametrize(("name", "sound"), [("a", True), ("A-z_0.9:", True), ("x" * 64, True), ("x" * 65, False),
                                             ("", False), ("a b", False), ("a\n", False), ("я", False)])  # fmt: skip
def test_names(name: str, sound: bool) -> None:
    assert is_name(name) is sound


def test_what_is_kept_is_read_again() -> None:
    assert (name_of(kept("order-7")), place_of(kept("order-7"))) == ("order-7", None)
    assert (name_of(kept("order-7", PLACE)), place_of(kept("order-7", PLACE))) == ("order-7", PLACE)
    assert len(kept("x" * 64, PLACE)) <= 128  # the column
    assert (name_of(""), place_of("")) == ("", None)
    assert read_traceparent(PLACE.traceparent) == (PLACE, True)


@pytest.mark.parametrize(
    ("header", "read"),
    [
        (f"00-{PLACE.trace}-{PLACE.span}-01", (PLACE, True)),
        (f" 00-{PLACE.trace}-{PLACE.span}-00 ", (PLACE, False)),
        (f"00-{PLACE.trace}-{PLACE.span}-03", (PLACE, True)),
        (f"cc-{PLACE.trace}-{PLACE.span}-01-what-will-be", (PLACE, True)),
        (f"00-{PLACE.trace}-{PLACE.span}-01-more", None),
        (f"ff-{PLACE.trace}-{PLACE.span}-01", None),
        (f"00-{'0' * 32}-{PLACE.span}-01", None),
        (f"00-{PLACE.trace}-{'0' * 16}-01", None),
        (f"00-{PLACE.trace.upper()}-{PLACE.span}-01", None),
        (f"00-{PLACE.trace}-{PLACE.span}", None),
        ("", None),
        ("\u0661" * 55, None),
    ],
)
def test_headers_of_callers(header: str, read: tuple[Place, bool] | None) -> None:
    assert read_traceparent(header) == read
