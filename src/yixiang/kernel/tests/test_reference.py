import pytest

from yixiang.kernel import reference


def test_every_division_hangs_on_one_that_exists():
    rows = reference.divisions()
    assert all(row.parent in rows for row in rows.values() if row.level != "province")
    assert len(reference.children()) == 31
    assert len(reference.children("430000")) == 14
    assert reference.region_name("230103") == "黑龙江省哈尔滨市南岗区"


def test_a_path_goes_from_the_province_down():
    assert reference.region_path("430000") == ["430000"]
    assert reference.region_path("430100") == ["430000", "430100"]
    assert reference.region_path("430102") == ["430000", "430100", "430102"]


def test_a_county_that_is_not_in_the_table_still_knows_its_city():
    assert reference.division("411099") is None
    assert reference.region_path("411099") == ["410000", "411000", "411099"]
    assert reference.in_region("411099", "411000")
    assert not reference.in_region("411099", "430000")


@pytest.mark.parametrize("code", ["43", "4301000", "", "４３０１００", "43010a"])
def test_what_is_not_a_division_code_is_refused(code):
    with pytest.raises(ValueError):
        reference.province_of(code)


def test_an_address_is_written_without_placeholders():
    assert reference.region_name("430102") == "湖南省长沙市芙蓉区"
    assert reference.region_name("110100") == "北京市"


def test_divisions_are_found_by_part_of_their_name_or_code():
    assert [row.code for row in reference.search_divisions("长沙")] == ["430100", "430121"]
    assert reference.search_divisions("4310")[0].name == "郴州市"
    assert reference.search_divisions("  ") == ()
    assert reference.search_divisions("市辖区") == ()


def test_development_zones_are_told_from_counties():
    assert not reference.divisions()["430371"].statutory
    assert reference.divisions()["430102"].statutory


def test_instrument_classes_are_a_tree_whose_leaves_have_no_children():
    rows = reference.instrument_classes()
    parents = {row.parent for row in rows.values()}
    assert len(rows) == 739
    assert all(row.leaf == (row.code not in parents) for row in rows.values())
    assert {row.level for row in rows.values() if row.leaf} == {1, 2, 3}


def test_garbled_names_are_kept_and_marked():
    assert {row.code for row in reference.instrument_classes().values() if row.caveat} == {
        "030207",
        "030212",
        "030802",
    }


def test_a_class_knows_its_path():
    assert [row.name for row in reference.class_path("010102")] == ["分析仪器", "电子光学仪器", "扫描电镜"]
    assert reference.class_path("999999") == []
    assert [row.code for row in reference.class_children("140000")] == ["140100", "149900"]


def test_the_inverted_agreement_code_is_kept_inverted():
    assert reference.code_list("sign_agreement").code_of("是") == "0"
    assert reference.code_list("address_type").wire == "adressType"


def test_a_withdrawn_code_is_read_but_not_offered():
    belongs = reference.code_list("belongs_to")
    assert "3" in belongs.codes
    assert "3" not in belongs.offered


def test_plain_lists_are_complete():
    assert len(reference.industries()) == 20
    assert len(reference.disciplines()) == 62
    assert reference.disciplines()["150"].name == "化学"
