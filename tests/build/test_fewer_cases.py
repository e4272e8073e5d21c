"""What runs by default is less, and still touches every value, or lies far apart."""

from tests.fewer_cases import covering, spread


def test_every_value_of_every_parameter_is_kept_once_if_it_can_be():
    cases = [{"language": language, "page": page} for language in "abc" for page in range(4)]
    kept = [cases[at] for at in covering(cases)]
    assert len(kept) == 4
    assert {case["language"] for case in kept} == set("abc")
    assert {case["page"] for case in kept} == set(range(4))


def test_some_cases_lie_far_apart_and_tests_begin_at_different_ones():
    assert {len(spread(9, 3, name)) for name in "abcdef"} == {3}
    assert all(
        after - before >= 3
        for name in "abcdef"
        for before, after in zip(*[sorted(spread(9, 3, name))[at:] for at in (0, 1)], strict=False)
    )
    assert len({min(spread(9, 3, name)) for name in "abcdef"}) > 1
    assert spread(2, 5, "a") == {0, 1}
