"""`yixiang manage openapi [--write]`: print the OpenAPI document, or refresh the committed one."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

SNAPSHOT = Path(__file__).resolve().parents[2] / "openapi.json"


def current() -> str:
    from yixiang.api.reading import document_of
    from yixiang.api.shell import api

    return json.dumps(document_of(api), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Command(BaseCommand):
    requires_system_checks = ()
    help = "输出接口文档（OpenAPI），或以 --write 更新随源码保存的一份"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"写入 {SNAPSHOT.name}")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["write"]:
            SNAPSHOT.write_text(current(), encoding="utf-8")
            self.stderr.write(f"已更新 {SNAPSHOT.name}")
        else:
            self.stdout.write(current(), ending="")
