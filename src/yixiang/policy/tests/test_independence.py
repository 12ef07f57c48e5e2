import subprocess
import sys

PROGRAM = """
import sys
import yixiang.policy
import yixiang.units.joining
assert not [name for name in sys.modules if name.split(".")[0] == "django"]
"""


def test_law_is_decided_without_django():
    """So that a finance office can run the very function the platform pays by."""
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, env={"PYTHONPATH": ":".join(sys.path)})
