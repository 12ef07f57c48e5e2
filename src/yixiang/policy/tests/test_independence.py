import subprocess
import sys

PROGRAM = """
import sys
import yixiang.policy
import yixiang.subsidies.laws
import yixiang.units.joining
import yixiang.vouchers.laws
assert not [name for name in sys.modules if name.split(".")[0] == "django"]
"""


def test_law_is_decided_without_django():
    """So that a finance office can run the very function the platform pays by."""
    alone = subprocess.run([sys.executable, "-c", PROGRAM], check=False, env={"PYTHONPATH": ":".join(sys.path)})
    assert alone.returncode == 0
