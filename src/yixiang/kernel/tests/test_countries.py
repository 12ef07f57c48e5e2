from yixiang.kernel.reference import countries, country_names


def test_every_country_has_two_letters_and_one_name() -> None:
    rows = countries().values()
    assert len(rows) == 249
    assert all(len(row.code) == 2 and row.code.isupper() for row in rows)
    assert len({row.name for row in rows}) == len(rows)


def test_a_country_is_known_by_its_other_names() -> None:
    names = country_names()
    assert (names["USA"], names["GERMANY"], names["南韩"], names["CN"]) == ("美国", "德国", "韩国", "中国")


def test_no_other_name_belongs_to_two_countries() -> None:
    words = [word.upper() for row in countries().values() for word in {row.code, row.name, *row.also}]
    assert len(words) == len(set(words))
