import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import yixiang

SOURCE = Path(yixiang.__file__).parent
LISTED = SOURCE.parents[1] / "requirements"


def names(file: str) -> set[str]:
    found = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", (LISTED / file).read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


def imported() -> set[str]:
    found = set()
    for path in SOURCE.rglob("*.py"):
        if "tests" in path.parts or path.name == "testing.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"yixiang"}


def test_what_the_platform_imports_is_installed_without_the_test_tools() -> None:
    distributions = packages_distributions()
    missing = {
        name for name in imported() if not {d.lower().replace("_", "-") for d in distributions[name]} & names("run.txt")
    }
    assert missing == set()


def test_the_locks_name_versions_and_hashes_and_no_place() -> None:
    for lock in ("run.txt", "dev.txt"):
        text = (LISTED / lock).read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|/(opt|home|root|work)/", text)


def test_what_is_tested_is_what_runs() -> None:
    pins = {
        lock: set(re.findall(r"^\S+==\S+", (LISTED / lock).read_text(), re.MULTILINE))
        for lock in ("run.txt", "dev.txt")
    }
    assert pins["run.txt"] <= pins["dev.txt"]
