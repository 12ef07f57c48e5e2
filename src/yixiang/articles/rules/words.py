"""Kinds of article, the topics of the help centre, and where each kind is read."""

KINDS = {
    "news": "工作动态",
    "notice": "通知公告",
    "policy": "政策文件",
    "download": "资料下载",
    "help": "帮助文章",
}
PLACES = {
    "news": "news",
    "notice": "notices",
    "policy": "policy-files",
    "download": "downloads",
    "help": "help/articles",
}  # the first part of the address readers see
LISTED = ("news", "notice", "policy", "download")  # help is listed in the help centre
TOPICS = {
    "start": "入门",
    "user": "使用仪器",
    "keeper": "机组与实验室",
    "unit": "单位管理",
    "authority": "审核与监管",
    "expert": "专家",
    "developer": "接口与对接",
    "other": "其他",
}
PLATFORM_WIDE = "全平台"
