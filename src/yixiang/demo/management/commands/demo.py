"""`yixiang demo`: fills an empty database with the demo world."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yixiang.demo.world import build
from yixiang.kernel.acting import Acting, acting
from yixiang.kernel.errors import Refused


class Command(BaseCommand):
    help = "把演示数据装入空的数据库"

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            with acting(Acting(actor_name="演示数据", door="console")):
                build(timezone.now(), say=self.stdout.write)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"演示数据已就绪，用时 {time.monotonic() - began:.1f} 秒")
