"""Background door: forgetting."""

from django.utils import timezone
from procrastinate.contrib.django import app

from yixiang.api import commands
from yixiang.kernel.acting import Acting, acting


@app.periodic(cron="17 * * * *")  # type: ignore[arg-type] # it is called with timestamp=
@app.task(name="api.forget_answers")
def forget_answers(**_when: int) -> None:
    with acting(Acting(actor_name="系统", door="job")):
        commands.forget_answers(now=timezone.now())
