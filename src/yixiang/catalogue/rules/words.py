"""The closed lists of this room under our own codes, with the words people see."""

KINDS = {"instrument": "大型仪器", "facility": "科研设施"}
ORIGINS = {"bought": "购置", "built": "研制", "given": "赠送", "other": "其他"}
USES = {"general": "通用", "special": "专用"}
FUNDS = {"central": "中央财政资金", "local": "地方财政资金", "own": "单位自有资金", "other": "其他资金"}
SHARE_MODES = {"inside": "内部共享", "outside": "外部共享", "none": "不共享"}
BOOKING_MODES = {"time": "预约机时", "samples": "送样检测", "both": "机时或送样", "none": "联系后安排"}
PRICE_BASES = {"hour": "每小时", "sample": "每样品", "test": "每次", "day": "每天"}
COMPONENTS = {"material": "材料消耗费", "running": "水电等运行费", "labour": "人力成本服务费"}
AUDIENCES = {"outside": "对外", "inside": "本单位"}
OWN_HOLDS = {"downtime": "维护停机", "own": "本单位使用", "outside": "其他平台占用"}  # what keepers enter themselves
HOLDS = {**OWN_HOLDS, "booking": "预约", "offer": "候补邀约", "draw": "抽签时段"}
LEVELS = {"1": "国家级", "2": "省部级", "3": "地市级", "4": "单位级"}
PLATFORM_KINDS = {
    "provincial_laboratory": "省实验室",
    "key_laboratory": "重点实验室",
    "technology_centre": "技术创新中心",
    "field_station": "野外科学观测研究站",
    "clinical_centre": "临床医学研究中心",
    "engineering_centre": "工程研究中心",
    "testing_institution": "检测机构",
    "instrument_centre": "仪器中心（分析测试中心）",
    "seed_bank": "生物种质资源库馆",
    "other": "其他平台",
}
