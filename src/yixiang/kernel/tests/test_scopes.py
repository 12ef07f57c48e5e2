import pytest

from yixiang.kernel import scopes


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("430000", "region/430000"),
        ("430100", "region/430000/430100"),
        ("430121", "region/430000/430100/430121"),
    ],
)
def test_a_region_is_the_path_to_it(code: str, path: str) -> None:
    assert scopes.region(code) == path
    assert scopes.region_code(path) == code


def test_what_lies_in_a_county_is_covered_from_every_level_above() -> None:
    assert scopes.region_and_above("430121") == [
        "platform",
        "region/430000",
        "region/430000/430100",
        "region/430000/430100/430121",
    ]


def test_a_unit_scope_is_not_a_sub_unit_scope() -> None:
    assert scopes.unit_pk("unit/17") == 17
    assert scopes.unit_pk("unit/17/sub/4") is None
    assert scopes.sub_unit_pk("unit/17/sub/4") == 4


@pytest.mark.parametrize("scope", ["platform", "region/430000/430100", "unit/17", "unit/17/sub/4"])
def test_a_scope_somebody_may_grant_is_well_formed(scope: str) -> None:
    assert scopes.well_formed(scope)


@pytest.mark.parametrize(
    "scope", ["", "all", "region/430100", "region/x", "unit/", "unit/1/2", "unit/1/subs/2", "unit/a"]
)
def test_anything_else_is_not(scope: str) -> None:
    assert not scopes.well_formed(scope)
