import re
from pathlib import Path

from yixiang.vouchers.states import REDEMPTION

README = Path(__file__).parents[1] / "README.md"


def test_the_diagram_in_the_readme_is_the_machine() -> None:
    drawn = re.findall(r"```mermaid\n(.*?)\n```", README.read_text("utf-8"), flags=re.DOTALL)
    assert drawn == [REDEMPTION.mermaid()]
