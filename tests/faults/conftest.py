"""What the tests of faults share."""

import pytest

from tests.faults.times import FULL, SHORT


@pytest.fixture(
    scope="module",
    params=[pytest.param(SHORT, id="short"), pytest.param(FULL, id="full", marks=pytest.mark.full_faults)],
)
def times(request):
    return request.param
