"""I make, check and revoke API keys: shown once, kept as a digest, refused from the moment they end.

A key has 256 bits of chance, so a plain SHA-256 keeps it: there is nothing to guess that a slow hash would slow down.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import ApiKey, User
from accounts.signin import person
from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.live import ring

PREFIX = "ak_"
USED_AGAIN_AFTER = timedelta(minutes=5)


def make(user: User, *, name: str, scopes: Sequence[str], expires_at: datetime) -> tuple[ApiKey, str]:
    """The key's row, and the key itself: it is not seen again."""
    word = PREFIX + token_urlsafe(32)
    key = ApiKey.objects.create(
        user=user, name=name, hint=word[:8], digest=_digest(word), scopes=sorted(set(scopes)), expires_at=expires_at
    )
    key.refresh_from_db()
    return key, word


def holder(word: str) -> tuple[User, ApiKey] | None:
    """Whose living key it is; its use is noted every few minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door.holder_of(%s)", [_digest(word)])
        row = cursor.fetchone()
    user = person(row[0]) if row and row[0] else None
    if user is None or not user.is_active:
        return None
    with acting_as(user):
        now = clock.now()
        key = ApiKey.objects.get(digest=_digest(word))
        long_ago = Q(used_at=None) | Q(used_at__lt=now - USED_AGAIN_AFTER)
        ApiKey.objects.filter(long_ago, pk=key.pk).update(used_at=now)
    return user, key


def revoke(key: ApiKey) -> ApiKey:
    if key.revoked_at is None:
        ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now())
        ring("signed_out", key.user_id, key.pk)
        key.refresh_from_db()
    return key


def mine() -> QuerySet[ApiKey]:
    return ApiKey.objects.order_by("-created_at", "-id")


def _digest(word: str) -> str:
    return sha256(word.encode("utf-8", "replace")).hexdigest()
