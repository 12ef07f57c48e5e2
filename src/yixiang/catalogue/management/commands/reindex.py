"""`yixiang manage reindex`: the search index anew; finding goes on meanwhile, changes wait."""

from typing import Any

from django.core.management.base import BaseCommand

from yixiang.catalogue.search.rebuilding import rebuild


class Command(BaseCommand):
    help = "重建检索索引 / rebuild the search index"

    def handle(self, **_options: Any) -> None:
        done = rebuild(lambda number: self.stdout.write(f"  {number}"))
        self.stdout.write(f"✓ {done}")
