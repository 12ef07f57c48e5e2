"""What a load balancer and Prometheus ask: alive, ready, figures."""

import hmac
import ipaddress
import os
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers; says nothing about the database, so that a restart is not tried in vain."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether requests may be sent here, with the reasons when not."""
    reasons = not_ready()
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; only from this machine or with the token of YIXIANG_METRICS_TOKEN."""
    if not _may_measure(request):
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    jobs = CollectorRegistry()
    jobs.register(JobsCollector())
    return HttpResponse(generate_latest(_processes()) + generate_latest(jobs), content_type=CONTENT_TYPE_LATEST)


_migrated = False  # asked every few seconds, and reading all migrations takes 100 ms: once found, remembered


def not_ready() -> list[str]:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if plan:
                return [f"{len(plan)} migrations are not applied: run `yixiang migrate`"]
            _migrated = True
    except DatabaseError as error:
        return [f"database: {str(error).splitlines()[0] if str(error) else type(error).__name__}"]
    return []


def _may_measure(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    if request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False  # came through a proxy on this machine: the neighbour's address is not the asker's
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _processes() -> CollectorRegistry:
    """Every worker process counts for itself; together they are one service."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


class JobsCollector(Collector):
    """The queue as it stands in the database, read when asked."""

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("yixiang_jobs", "Jobs by queue and state.", labels=["queue", "state"])
        due = GaugeMetricFamily("yixiang_jobs_due", "Jobs that could run now and have not been taken yet.")
        workers = GaugeMetricFamily("yixiang_workers", "Workers seen within the last minute.")
        with connection.cursor() as cursor:
            cursor.execute(_JOBS)
            for queue, state, count in cursor.fetchall():
                jobs.add_metric([queue, state], count)
            cursor.execute(_DUE)
            due.add_metric([], cursor.fetchone()[0])
            cursor.execute(_WORKERS)
            workers.add_metric([], cursor.fetchone()[0])
        yield from (jobs, due, workers)


_JOBS = """SELECT queue_name, status::text, count(*) FROM procrastinate_jobs
           WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"""
_DUE = """SELECT count(*) FROM procrastinate_jobs
          WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"""
_WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
