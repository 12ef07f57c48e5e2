"""How one thing of the catalogue is named in an address."""

from typing import Annotated

from pydantic import StringConstraints

Code = Annotated[str, StringConstraints(max_length=20)]
