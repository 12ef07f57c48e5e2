"""Secrets come from the environment; a demo without them makes its own and keeps them in var/."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from yixiang.config.trouble import Trouble

KEPT_IN = "secrets.json"


def _signing_key() -> str:
    return secrets.token_urlsafe(50)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _rsa_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


_MAKERS: dict[str, Callable[[], str]] = {
    "YIXIANG_SECRET_KEY": _signing_key,
    "YIXIANG_FIELD_KEY": _fernet_key,
    "YIXIANG_OIDC_KEY": _rsa_key,
}
_OPTIONAL = {"YIXIANG_OIDC_KEY"}  # without it this installation is no identity provider


def read(name: str, var: Path) -> str:
    """The secret of that name: from the environment, else kept in `var`, else (demo only) made now."""
    if value := os.environ.get(name, "").strip():
        return value
    if value := kept(var).get(name, ""):
        return value
    if not may_be_made() and name in _OPTIONAL:
        return ""
    if not may_be_made():
        raise Trouble(
            f"缺少密钥 {name}",
            f"正式运行(YIXIANG_DEMO=0)的密钥只从环境变量读取。生成一个:yixiang secret {name}",
        )
    return _make_and_keep(name, var)


def may_be_made() -> bool:
    """A demo or a developer's machine makes its own; a real installation is given them on purpose."""
    demo = os.environ.get("YIXIANG_DEMO", "1").lower() in {"1", "true", "yes", "on"}
    debug = os.environ.get("YIXIANG_DEBUG", "0").lower() in {"1", "true", "yes", "on"}
    return demo or debug


def make(name: str) -> str:
    """A fresh value fit for that secret."""
    return _MAKERS.get(name, _signing_key)()


def kept(var: Path) -> dict[str, str]:
    """What this machine made for itself earlier."""
    path = var / KEPT_IN
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise Trouble(
            f"无法读取 {path}", "它属于另一用户：请用启动过本系统的用户运行，或设 YIXIANG_VAR 另选目录。"
        ) from error
    except ValueError as error:
        raise Trouble(f"{path} 已损坏", "请从备份恢复该文件；没有它，已加密的字段无法读出。") from error
    return {str(key): str(value) for key, value in found.items()}


def _make_and_keep(name: str, var: Path) -> str:
    """Several processes may start at once on an empty var/: all must end up with the same key."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / f".{KEPT_IN}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        values = kept(var)
        if name not in values:
            values[name] = make(name)
            fresh = var / f".{KEPT_IN}.new"
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(values, indent=1) + "\n")
            fresh.replace(var / KEPT_IN)
        return values[name]
