"""What a column lay in is there for the next one."""

import subprocess
import sys

import pytest

from aetheris import memory

FAULTS = """
import resource, sys
import numpy as np
from aetheris import memory
def columns():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    held = [np.ones(100_000) for _ in range(40)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
np.ones(100_000)
if sys.argv[1] == "kept":
    assert memory.keep_freed()
columns()
print(columns())
"""


def faults(how: str) -> int:
    return int(subprocess.run([sys.executable, "-c", FAULTS, how], check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(not memory.keep_freed(), reason="this C library cannot be asked")
def test_the_second_forty_columns_lie_where_the_first_did() -> None:
    """Forty columns of 0.8 MB are 7,800 pages; left to itself the library takes most of them anew."""
    kept = faults("kept")
    assert kept < 800
    assert kept <= faults("left")
