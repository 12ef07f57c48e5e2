"""The closed lists of this room under our own codes, with the words people see."""

MODES = {"time": "预约机时", "samples": "送样检测"}
SIDES = {"customer": "使用方", "provider": "供给方", "system": "系统"}
PURPOSES = {"research": "科学研究", "development": "科技开发", "teaching": "教学", "other": "其他"}
HAZARDS = {
    "none": "无",
    "flammable": "易燃易爆",
    "toxic": "有毒",
    "corrosive": "腐蚀性",
    "biological": "生物危害",
    "radioactive": "放射性",
    "magnetic": "强磁性",
    "other": "其他危险",
}
RETURNS = {"discard": "测试后由实验室处理", "return": "测试后退回", "keep": "保留备查"}
WAYS = {"self": "占用共享（自己操作）", "guided": "技术共享（在指导下操作）", "entrusted": "委托共享（由机组测试）"}
LEVELS = {"assisted": "在指导下", "working": "工作时间独立操作", "any": "任何时间独立操作"}
ASKED = {
    "": "不要求资格",
    "assisted": "在指导下操作也要先培训",
    "working": "独立操作要有资格",
    "any": "独立操作一律要“任何时间”资格",
}
MARKS = {"no_show": "未到场", "late": "晚于时限取消"}
APPEALS = {"open": "申诉待处理", "upheld": "申诉成立，已消除", "kept": "申诉未成立"}
OUTCOMES = {"won": "中签（第一志愿）", "second": "中签（第二志愿）", "lost": "未中签", "refused": "中签但不符合条件"}
REFUSALS = {
    "unable": "样品或要求超出仪器能力",
    "fault": "仪器故障或正在维护",
    "full": "所选时间无法安排",
    "hazard": "样品危险性不能接收",
    "unqualified": "需要先取得上机资格",
    "information": "提供的信息不足",
    "other": "其他原因",
}
STEPS = {5: "非常满意", 4: "基本满意", 3: "一般", 2: "不满意", 1: "极差"}  # the national list, best first
INVOICES = {"digital": "数电票（20 位号码）", "older": "增值税发票（12 位代码 + 8 位号码）"}
PAPERS = {"report": "检测报告", "result": "结果数据", "invoice": "发票", "relevance": "科技创新相关性证明"}
FEEDS = {"person": "我的预约", "instrument": "一台仪器", "unit": "一个单位"}
