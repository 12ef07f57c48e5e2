"""Where a grant reaches: paths. A grant covers a thing when its scope is among the thing's own."""

PLATFORM = "platform"


def region(code: str) -> str:
    """`430100` → `region/430000/430100`; a province is its own path, a county lies under its city."""
    province, city = f"{code[:2]}0000", f"{code[:4]}00"
    path = [province]
    if city != province:
        path.append(city)
    if code not in path:
        path.append(code)
    return "region/" + "/".join(path)


def region_and_above(code: str) -> list[str]:
    """Every scope that covers something lying in this region, widest first."""
    parts = region(code).split("/")[1:]
    return [PLATFORM] + ["region/" + "/".join(parts[: n + 1]) for n in range(len(parts))]


def unit(pk: int) -> str:
    return f"unit/{pk}"


def sub_unit(unit_pk: int, pk: int) -> str:
    return f"unit/{unit_pk}/sub/{pk}"


def region_code(scope: str) -> str:
    """The last code of a region scope; empty for any other."""
    return scope.rsplit("/", 1)[1] if scope.startswith("region/") else ""


def unit_pk(scope: str) -> int | None:
    parts = scope.split("/")
    return int(parts[1]) if parts[0] == "unit" and len(parts) == 2 else None


def sub_unit_pk(scope: str) -> int | None:
    parts = scope.split("/")
    return int(parts[3]) if len(parts) == 4 and parts[0] == "unit" and parts[2] == "sub" else None


def well_formed(scope: str) -> bool:
    """What a person may type as a scope when granting."""
    if scope == PLATFORM:
        return True
    if scope.startswith("region/"):
        code = region_code(scope)
        return code.isdigit() and len(code) == 6 and scope == region(code)
    parts = scope.split("/")
    if parts[0] != "unit" or len(parts) not in {2, 4}:
        return False
    return all(p.isdigit() for p in parts[1::2]) and (len(parts) == 2 or parts[2] == "sub")
