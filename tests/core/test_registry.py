from tolmach.core.registry import OPERATORS, of_network


def test_an_operator_is_found_by_its_network() -> None:
    for operator in OPERATORS.values():
        assert of_network(*operator.network) is operator
    assert of_network("250", "1") is OPERATORS["mts"]
    assert of_network("255", "01") is None
    assert of_network("", "") is None
