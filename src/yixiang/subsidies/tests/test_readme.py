import re
from pathlib import Path

from yixiang.kernel.states import Machine
from yixiang.subsidies import states

README = Path(__file__).parents[1] / "README.md"


def test_the_diagrams_in_the_readme_are_the_machines() -> None:
    drawn = re.findall(r"```mermaid\n(.*?)\n```", README.read_text("utf-8"), flags=re.DOTALL)
    assert drawn == [one.mermaid() for one in vars(states).values() if isinstance(one, Machine)]
