"""Fills the installation whose settings are in the environment with a generated catalogue: `fill_catalogue 100000`."""

import sys

import django


def main(count: int) -> None:
    django.setup()
    from django.db import connection

    from benchmarks import instruments
    from yixiang.catalogue.search import rebuilding

    instruments.load(count)
    rebuilding.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]))
