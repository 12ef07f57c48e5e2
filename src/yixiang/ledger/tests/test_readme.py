import re
from pathlib import Path

from yixiang.ledger.states import HOLD, PROGRAMME

README = Path(__file__).parents[1] / "README.md"


def test_the_diagrams_in_the_readme_are_the_machines() -> None:
    drawn = re.findall(r"```mermaid\n(.*?)\n```", README.read_text("utf-8"), flags=re.DOTALL)
    assert drawn == [PROGRAMME.mermaid(), HOLD.mermaid()]
