"""Bring the built-in roles to what reference/roles.toml says."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from yixiang.people.commands.roles import BadRoles, load_roles


class Command(BaseCommand):
    help = "Load the built-in roles; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=settings.HOME / "reference" / "roles.toml")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            roles = load_roles(options["path"])
        except (BadRoles, OSError, KeyError, ValueError) as error:
            raise CommandError(f"{options['path']}: {error}") from error
        self.stdout.write(f"{len(roles)} roles")
