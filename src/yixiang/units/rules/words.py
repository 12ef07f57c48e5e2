"""The closed lists a unit is described with: code → what people read."""

from collections.abc import Mapping
from types import MappingProxyType

from yixiang.units import joining
from yixiang.units.joining import UnitKind

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "university": "高等学校",
        "institute": "科研院所",
        "enterprise": "企业",
        "public_institution": "事业单位",
        "testing": "检测机构",
        "medical": "医疗机构",
        "new_rd_institution": "新型研发机构",
        "team": "学生团队",
        "other": "其他",
    }
)
# The packs know fewer kinds: what they do not distinguish is judged as the kind it legally is.
PACK_KINDS: Mapping[str, UnitKind] = MappingProxyType(
    {
        "university": "university",
        "institute": "institute",
        "enterprise": "enterprise",
        "public_institution": "public_institution",
        "testing": "other",
        "medical": "public_institution",
        "new_rd_institution": "new_rd_institution",
        "team": "team",
        "other": "other",
    }
)
AFFILIATIONS: Mapping[str, str] = MappingProxyType({str(code): label for code, label in joining.AFFILIATIONS.items()})
PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "application": "加盖公章的入网申请书扫描件",
        "certificate": "统一社会信用代码证（营业执照）扫描件",
        "commitment": "承诺书扫描件",
        "high_tech": "高新技术企业证书",
        "technology_sme": "科技型中小企业入库证明",
        "team": "学生团队证明（学校出具）",
        "other": "其他材料",
    }
)
NATURES: Mapping[str, str] = MappingProxyType(
    {
        "state": "国有",
        "collective": "集体",
        "private": "民营",
        "foreign": "外商及港澳台投资",
        "mixed": "混合所有制",
        "public": "公办",
        "civil": "民办非企业",
        "other": "其他",
    }
)
