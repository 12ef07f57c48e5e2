"""The library of this process: put here once at start-up, only read afterwards."""

from yixiang.policy.library import Library

_installed: list[Library] = []


def install(library: Library) -> Library:
    """Called by the start-up of the application and by tests; the last one counts."""
    _installed[:] = [library]
    return library


def library() -> Library:
    if not _installed:
        raise RuntimeError("no policy packs are loaded: call yixiang.policy.install(Library.load(…)) at start-up")
    return _installed[0]
