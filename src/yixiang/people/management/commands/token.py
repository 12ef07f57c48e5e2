"""Print a bearer token for the API; the secret is shown this once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from yixiang.kernel.errors import Refused
from yixiang.people.commands.tokens import make
from yixiang.people.models import Person


class Command(BaseCommand):
    help = "Make a token for USERNAME and print its secret."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--scopes", nargs="+", default=["read", "write"], help="read, write or permission names")
        parser.add_argument("--name", default="命令行生成")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            person = Person.objects.get_by_natural_key(options["username"])
        except Person.DoesNotExist:
            raise CommandError(f"没有登录名为 {options['username']} 的账号。") from None
        try:
            _token, secret = make(
                person,
                name=options["name"],
                permissions=options["scopes"],
                days=options["days"],
                now=timezone.now(),
            )
        except Refused as refused:
            details = [message for messages in refused.fields.values() for message in messages]
            raise CommandError(" ".join([refused.message, *details])) from None
        self.stdout.write(secret)
