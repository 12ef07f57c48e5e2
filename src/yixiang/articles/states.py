"""Where an article can stand. “Scheduled” is no state: a published article is shown from its moment on."""

from yixiang.kernel.states import Machine, Move, State

EDIT = "articles:article:edit"

ARTICLE = Machine(
    "article",
    states=[
        State("draft", "草稿"),
        State("published", "已发布", "good"),
        State("withdrawn", "已撤下", "warm"),
    ],
    initial="draft",
    moves=[
        Move("publish", ("draft", "withdrawn"), "published", EDIT, "发布", style="primary"),
        Move("update", ("published",), "published", EDIT, "发布修改", style="primary"),
        Move(
            "withdraw",
            ("published",),
            "withdrawn",
            EDIT,
            "撤下",
            note=True,
            style="danger",
            confirm="撤下后读者不能再打开这篇文章，地址保留；改好后可以重新发布。",
        ),
    ],
)
