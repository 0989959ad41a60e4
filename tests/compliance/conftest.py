"""What the tests of the trail share."""

from tests.compliance.sealed import anchored, trail

__all__ = ["anchored", "trail"]
