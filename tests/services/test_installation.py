from tolmach.services.installation import Installation, KnownLink


def test_links_are_asked_for_each_time() -> None:
    known = [KnownLink("a")]
    installation = Installation(lambda: known)
    assert installation.names == ["a"]
    known.append(KnownLink("b", "smpp", "smsc.example:2775"))
    assert installation.names == ["a", "b"]


def test_nothing_is_known_of_no_installation() -> None:
    assert (list(Installation().names), Installation().settings.sections, Installation().folder) == ([], (), None)
