"""The `yixiang` script: one door for the operator over our own functions and Django's management commands."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.core.management.base import CommandError

from yixiang.config.trouble import Trouble

HOME = Path(__file__).resolve().parents[3]
_WITHOUT_DATABASE = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "makemigrations",
}  # fmt: skip
_PASSING_ON = {"worker", "migrate", "demo", "token", "import", "manage"}  # what follows is for the command behind


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, do, and turn refusals into plain words; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yixiang.config.settings")
    given = list(sys.argv[1:] if arguments is None else arguments)
    kept = 1 if given and given[0] in _PASSING_ON else len(given)
    options = _parser().parse_args(given[:kept])
    options.rest = given[kept:]
    try:
        return options.do(options) or 0
    except (Trouble, CommandError) as trouble:
        print(f"✗ {trouble.what if isinstance(trouble, Trouble) else trouble}", file=sys.stderr)
        if mend := getattr(trouble, "mend", ""):
            print(f"  → {mend}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def var() -> Path:
    """Where everything lives that this installation writes."""
    return Path(os.environ.get("YIXIANG_VAR", HOME / "var")).resolve()


@contextmanager
def database() -> Iterator[None]:
    """The database for the length of a command: the one DATABASE_URL names, else the embedded server."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from yixiang.config import postgres

    with postgres.running(postgres.Cluster.of(var()), say=lambda text: print(f"· {text}", file=sys.stderr)):
        yield


def _django() -> None:
    import django

    django.setup()


def _up(_: argparse.Namespace) -> int:
    from yixiang.config import serving

    return serving.up(var())


def _web(_: argparse.Namespace) -> int:
    _need_running_database()
    _django()
    from yixiang.config import preparing, serving

    preparing.refuse_demo_in_production()
    serving.become_web(var())


def _worker(options: argparse.Namespace) -> int:
    from django.core.management import call_command

    _need_running_database()
    _django()
    os.nice(10)  # somebody waits for a page, nobody for a job
    concurrency = os.environ.get("YIXIANG_JOBS", "4")
    call_command("procrastinate", "worker", f"--concurrency={concurrency}", *options.rest)
    return 0


def _need_running_database() -> None:
    from yixiang.config import postgres

    if not os.environ.get("DATABASE_URL") and not postgres.is_running(postgres.Cluster.of(var())):
        raise Trouble(
            "没有数据库：未设 DATABASE_URL,内嵌数据库也没有运行",
            "正式运行请设 DATABASE_URL=postgresql://用户：口令@主机/库；试用请用 yixiang up,它会一并启动内嵌数据库。",
        )


def _prepare(_: argparse.Namespace) -> int:
    with database():
        _django()
        from yixiang.config import preparing

        preparing.prepare()
    return 0


def _migrate(options: argparse.Namespace) -> int:
    with database():
        _django()
        from yixiang.config import preparing

        preparing.migrate(*options.rest, verbosity=1)
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from yixiang.config import doctor

    return doctor.examine(var())


def _backup(options: argparse.Namespace) -> int:
    from yixiang.config import backup

    with database():
        _django()
        backup.backup(options.file)
    return 0


def _restore(options: argparse.Namespace) -> int:
    from yixiang.config import restore

    with database():
        _django()
        restore.restore(options.file, replace=options.replace, key_lost=options.key_lost)
    return 0


def _secret(options: argparse.Namespace) -> int:
    from yixiang.config import secrets

    print(secrets.make(options.name))
    return 0


def _policy_check(options: argparse.Namespace) -> int:
    from yixiang.config import lawbook

    return lawbook.check(options.folder)


def _policy_explain(options: argparse.Namespace) -> int:
    from yixiang.config import lawbook

    return lawbook.explain(options.folder, options.jurisdiction, options.subject, options.on or _today())


def _policy_simulate(options: argparse.Namespace) -> int:
    with database():
        _django()
        from yixiang.config import trying

        return trying.simulate(options.pack, options.year, options.set, now=_now(), as_json=options.json)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是日期，应写成 2026-05-01") from None


def _now() -> datetime:
    from yixiang.kernel.periods import SHANGHAI

    return datetime.now(SHANGHAI)


def _today() -> date:
    return _now().date()


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """A management command of another package under a short name."""

    def run(options: argparse.Namespace) -> int:
        from django.core.management import execute_from_command_line

        with database():
            execute_from_command_line(["yixiang", name, *options.rest])
        return 0

    return run


def _manage(options: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    command = ["yixiang manage", *options.rest]
    if not options.rest or options.rest[0] in _WITHOUT_DATABASE:
        execute_from_command_line(command)
        return 0
    with database():
        execute_from_command_line(command)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="yixiang", description="仪享的运行与维护命令", allow_abbrev=False)
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)

    def add(name: str, do: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        one.set_defaults(do=do)
        return one

    add("up", _up, "一条命令启动全部：内嵌数据库、迁移、演示数据、网站、后台任务；Ctrl-C 停止")
    add("web", _web, "只启动网站（正式部署，由 systemd 或容器管理）")
    add("worker", _worker, "只启动后台任务")
    add("prepare", _prepare, "迁移数据库、准备静态文件，不启动服务（部署新版本时先运行）")
    add("migrate", _migrate, "更新数据库结构")
    add("demo", _command("demo"), "填入演示数据")
    add("token", _command("token"), "为某个账号生成接口令牌:yixiang token 用户名")
    add("import", _command("import_sheet"), "批量导入仪器表格：yixiang import 文件 --unit 单位账号 [--confirm]")
    add("doctor", _doctor, "检查安装：哪里不对、怎样修复")
    add("backup", _backup, "把数据库和上传的文件备份到一个文件").add_argument(
        "file", type=Path, help="备份文件（不覆盖已有文件）"
    )
    one = add("restore", _restore, "从备份文件恢复（先核对完整性，再写入）")
    one.add_argument("file", type=Path, help="备份文件")
    one.add_argument("--replace", action="store_true", help="数据库已有内容时，以备份替换之")
    one.add_argument("--key-lost", action="store_true", help="备份时的字段密钥已丢失：仍恢复，加密字段将无法读出")
    add("secret", _secret, "生成一个密钥").add_argument("name", help="YIXIANG_SECRET_KEY 或 YIXIANG_FIELD_KEY")
    _add_policy(commands.add_parser("policy", help="核对、读出、试算政策包", allow_abbrev=False))
    add("manage", _manage, "Django 的管理命令:yixiang manage …")
    return parser


def _add_policy(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="做什么", metavar="做什么", required=True)
    check = actions.add_parser("check", help="每个政策包能读懂、有算例、算例相符、日期没有重叠和空档")
    check.set_defaults(do=_policy_check)
    explain = actions.add_parser("explain", help="用中文读出一个政策包，每一条注明条文")
    explain.set_defaults(do=_policy_explain)
    explain.add_argument("jurisdiction", metavar="地区", help="如 hunan")
    explain.add_argument("subject", metavar="主题", help="如 provider-subsidy")
    explain.add_argument("--on", type=_day, metavar="日期", help="哪一天有效的，缺省为今天")
    simulate = actions.add_parser("simulate", help="换几个数，看一个已经结束的年度会怎样；不写入任何数据")
    simulate.set_defaults(do=_policy_simulate)
    simulate.add_argument("pack", metavar="政策包", help="如 hunan/provider-subsidy，后面可以带日期 /2026-05-01")
    simulate.add_argument("--year", type=int, required=True, metavar="年度", help="已经结束的年度")
    simulate.add_argument(
        "--set", action="append", default=[], metavar="名称=数值", help="如 unit_ceiling=3000000.00，可以写多次"
    )
    simulate.add_argument("--json", action="store_true", help="给程序读的结果")
    for one in (check, explain):
        one.add_argument("--folder", type=Path, default=HOME / "policies", metavar="目录", help="缺省为随安装的政策包")


if __name__ == "__main__":
    sys.exit(main())
