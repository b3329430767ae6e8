"""Real data, read where it lies; a test that needs it skips where it is absent."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("HELPDESK_DATA", Path(__file__).parents[3] / "shared/data"))
MAPS = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.path).parent == MAPS:
            item.add_marker(pytest.mark.real)


@pytest.fixture(scope="session")
def data():
    """`data("folder/file")`: the path of a file of the real data."""

    def _data(name):
        path = DATA / name
        if not path.exists():
            pytest.skip(f"absent data: {name}")
        return path

    return _data
