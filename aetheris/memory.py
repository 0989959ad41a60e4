"""I ask the C library to keep what was freed at hand for the next column, instead of giving it back to the system."""

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # <malloc.h>
KEPT, COLUMN = 64 << 20, 32 << 20


def keep_freed() -> bool:
    """At most 64 MB a process, and for columns of up to 32 MB; True when there was such a library to ask.

    A report of 100,000 trades makes and drops some thousand columns of 0.8 MB. Left to itself glibc hands the memory
    of each back and takes it anew, and the system wipes it page by page: a quarter of the report's time.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library: musl, macOS, Windows
        return False
    return bool(mallopt(TRIM_THRESHOLD, KEPT) and mallopt(MMAP_THRESHOLD, COLUMN))
