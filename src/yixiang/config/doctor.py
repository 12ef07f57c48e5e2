"""`yixiang doctor`: what is wrong with an installation and how to mend it, one line for each thing."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from yixiang.config import postgres
from yixiang.config.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: good, worth knowing, or wrong with the way to mend it."""

    mark: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.what}" + (f"\n    → {self.mend}" if self.mend else "")


def good(what: str) -> Finding:
    return Finding("✓", what)


def hint(what: str, mend: str) -> Finding:
    return Finding("!", what, mend)


def wrong(what: str, mend: str) -> Finding:
    return Finding("✗", what, mend)


Findings = Iterator[Finding]


def examine(var: Path) -> int:
    """Print every finding; 1 when something is wrong."""
    bad = 0
    with ExitStack() as stack:
        for finding in _everything(var, stack):
            print(finding, flush=True)
            bad += finding.mark == "✗"
    print("\n一切正常。" if not bad else f"\n有 {bad} 处需要处理。")
    return 1 if bad else 0


def _everything(var: Path, stack: ExitStack) -> Findings:
    yield from _machine()
    yield from _storage(var)
    try:
        import django

        _open_database(var, stack)
        django.setup()
    except Trouble as trouble:
        yield wrong(trouble.what, trouble.mend)
        return
    except Exception as error:  # the operator gets a line, not a traceback
        yield wrong(
            f"系统不能启动：{type(error).__name__}: {error}", "若刚升级过，请运行 make build；否则请看完整日志。"
        )
        return
    yield from _settings()
    checks: tuple[Callable[[], Findings], ...] = (_database, _migrations, _jobs, _books, _calendar, _demo)
    for check in checks:
        try:
            yield from check()
        except Exception as error:
            first = str(error).splitlines()[0] if str(error) else ""
            yield wrong(f"数据库检查失败：{type(error).__name__}: {first}", "先处理上面各项；数据库是否已启动并已迁移?")
            return


def _open_database(var: Path, stack: ExitStack) -> None:
    if not os.environ.get("DATABASE_URL"):
        stack.enter_context(postgres.running(postgres.Cluster.of(var), say=lambda _: None))


def _machine() -> Findings:
    python = sys.version.split()[0]
    yield good(f"Python {python}") if sys.version_info >= (3, 11) else wrong(f"Python {python}", "需要 3.11 或更新。")
    if sys.prefix == sys.base_prefix:
        yield hint("没有在虚拟环境中运行", "请用 .venv/bin/yixiang,或先运行 make build。")
    else:
        yield good(f"虚拟环境 {sys.prefix}")
    bundle = Path(__file__).resolve().parents[1] / "web" / "static" / "web"
    if bundle.is_dir() and any(bundle.iterdir()):
        yield good("前端已构建")
    else:
        yield wrong("前端没有构建，页面将没有样式", "请运行 make build。")
    yield from _clock()


def _clock() -> Findings:
    now = datetime.now(UTC)
    newest = max(path.stat().st_mtime for path in Path(__file__).parent.glob("*.py"))
    if now.timestamp() + 86400 < newest:
        yield wrong(f"系统时钟({now:%Y-%m-%d %H:%M} UTC)早于程序文件的日期", "请校准时钟:timedatectl set-ntp true")
    else:
        yield good(f"时钟 {now.astimezone():%Y-%m-%d %H:%M}(时区 {time.tzname[0]};页面按北京时间显示)")


def _storage(var: Path) -> Findings:
    try:
        var.mkdir(parents=True, exist_ok=True)
        probe = var / f".doctor-{os.getpid()}"
        probe.touch()
        probe.unlink()
        yield good(f"可写目录 {var}")
    except OSError as error:
        yield wrong(f"{var} 不可写：{error.strerror}", "请改回该目录的所有者，或用 YIXIANG_VAR 指定另一个目录。")
        return
    free = shutil.disk_usage(var).free / 1e9
    enough = f"磁盘剩余 {free:.1f} GB"
    yield good(enough) if free > 2 else wrong(enough, "请腾出空间；磁盘写满后数据库只能拒绝写入。")


def _settings() -> Findings:
    from django.conf import settings

    production = not settings.DEMO and not settings.DEBUG
    yield good("正式运行" if production else "演示或开发模式(YIXIANG_DEMO / YIXIANG_DEBUG)")
    if production:
        missing = [name for name in ("YIXIANG_SECRET_KEY", "YIXIANG_FIELD_KEY") if not os.environ.get(name)]
        if missing:
            yield wrong(
                f"密钥不在环境变量里：{'、'.join(missing)}", "生成:yixiang secret YIXIANG_FIELD_KEY;写入环境文件。"
            )
        else:
            yield good("密钥来自环境变量")
        if not settings.BASE_URL.startswith("https://"):
            yield wrong(f"网址 {settings.BASE_URL} 不是 https", "设 YIXIANG_URL=https://您的域名，并在前面放反向代理。")
        if not os.environ.get("DATABASE_URL"):
            yield hint("正式运行仍使用内嵌数据库", "建议用独立的 PostgreSQL ≥ 15(DATABASE_URL),便于时间点恢复和备机。")
    if "smtp" in settings.EMAIL_BACKEND:
        yield good(f"邮件经 {settings.EMAIL_HOST}:{settings.EMAIL_PORT} 发送")
    elif production:
        yield wrong("没有设置邮件服务器，通知与验证码发不出去", "设 YIXIANG_SMTP_HOST 等（见 docs/operations.md）。")
    else:
        yield good("邮件写入日志（演示）")
    if production and "Console" in settings.SMS_BACKEND:
        yield hint("没有设置短信通道", "设 YIXIANG_SMS_BACKEND;不设则手机号验证不可用。")


def _database() -> Findings:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, pg_encoding_to_char(encoding), now()"
                       " FROM pg_database WHERE datname = current_database()")  # fmt: skip
        version, encoding, now = cursor.fetchone()
        cursor.execute("SELECT name, installed_version FROM pg_available_extensions"
                       " WHERE name IN ('btree_gist', 'pg_trgm')")  # fmt: skip
        extensions = dict(cursor.fetchall())
    named = f"PostgreSQL {version // 10000}.{version % 10000}"
    yield good(named) if version >= 150000 else wrong(f"{named} 太旧", "需要 PostgreSQL 15 或更新。")
    if encoding != "UTF8":
        yield wrong(f"数据库编码是 {encoding}", "请新建编码为 UTF8 的数据库。")
    for name in ("btree_gist", "pg_trgm"):
        if name not in extensions:
            yield wrong(f"PostgreSQL 没有扩展 {name}", "请安装 postgresql-contrib。")
        elif extensions[name] is None:
            yield hint(f"扩展 {name} 可用，尚未启用", "运行 yixiang migrate;或由管理员 CREATE EXTENSION。")
        else:
            yield good(f"扩展 {name} {extensions[name]}")
    apart = abs((datetime.now(UTC) - now).total_seconds())
    if apart > 5:
        yield wrong(f"本机与数据库的时钟相差 {apart:.0f} 秒", "请在两台机器上启用时间同步。")


def _migrations() -> Findings:
    from yixiang.config.health import not_ready

    reasons = not_ready()
    yield (
        wrong("数据库结构不是最新:" + ";".join(reasons), "请运行 yixiang migrate。")
        if reasons
        else good("数据库结构最新")
    )


def _jobs() -> Findings:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat), now() FROM procrastinate_workers")
        seen, now = cursor.fetchone()
        cursor.execute("SELECT count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'todo'"
                       " AND coalesce(scheduled_at, now()) <= now()) FROM procrastinate_jobs")  # fmt: skip
        failed, due = cursor.fetchone()
    if seen is not None and (now - seen).total_seconds() < 90:
        yield good(f"后台任务在运行({due} 个待办)")
    else:
        yield hint(
            "后台任务没有运行，通知与定时任务不会执行", "启动:yixiang up 或 yixiang worker(systemd:yixiang-worker)。"
        )
    if failed:
        yield hint(f"有 {failed} 个任务失败", "原因在后台任务的日志里；重试:yixiang manage procrastinate shell")


def _books() -> Findings:
    from yixiang.ledger.queries.books import check_books

    faults = check_books()
    for fault in faults[:10]:
        yield wrong(str(fault), "请停止拨付，按审计记录查明是谁改了数据库，再由备份核对。")
    if not faults:
        yield good("资金账目平衡")


def _calendar() -> Findings:
    from django.conf import settings
    from django.utils import timezone

    from yixiang.kernel.models import CalendarDay

    last = CalendarDay.objects.order_by("-date").values_list("date", flat=True).first()
    known = max(filter(None, (last, _library_horizon())), default=None)
    today = timezone.localdate()
    if known is None or known < today:
        yield wrong("工作日历已到期，办理期限会按周一至周五推算", "升级 chinesecalendar,或在后台录入放假安排。")
    elif (known - today).days < 60:
        yield hint(f"工作日历只到 {known}", "国务院公布次年安排后，升级 chinesecalendar 或在后台录入。")
    else:
        yield good(f"工作日历到 {known}(时区 {settings.TIME_ZONE})")


def _library_horizon() -> date | None:
    from chinese_calendar import constants

    years = [day.year for day in constants.holidays]
    return date(max(years), 12, 31) if years else None


def _demo() -> Findings:
    from yixiang.config.preparing import demo_accounts, refuse_demo_in_production

    try:
        refuse_demo_in_production()
    except Trouble as trouble:
        yield wrong(trouble.what, trouble.mend)
        return
    accounts = demo_accounts()
    yield good(f"演示账号 {len(accounts)} 个" if accounts else "没有演示账号")
