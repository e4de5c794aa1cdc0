"""python -m interop.tables FOLDER: every CSV table of a bundle as pandas reads it, as one JSON object of rows."""

import json
import sys
from pathlib import Path

import pandas


def read(path: Path) -> list[list[str]]:
    """The heads and all rows, nothing taken for a number, a date or an empty value."""
    table = pandas.read_csv(path, dtype=str, keep_default_na=False)
    return [list(table.columns), *table.to_numpy().tolist()]


if __name__ == "__main__":
    print(json.dumps({path.name: read(path) for path in sorted(Path(sys.argv[1]).glob("*.csv"))}))  # noqa: T201
