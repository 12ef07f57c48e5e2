"""pytest plugin: the tests' PostgreSQL stands before Django reads its settings."""

import os
from pathlib import Path

from yixiang.config.postgres.testing import url_for_tests

VAR = Path(os.environ.get("YIXIANG_VAR", "var")).resolve()
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = url_for_tests(VAR)
(VAR / "static").mkdir(parents=True, exist_ok=True)
os.environ.setdefault("YIXIANG_STATIC_MANIFEST", "0")  # file names as they are; the journeys test the real ones
os.environ.setdefault("YIXIANG_EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
