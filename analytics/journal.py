"""I note what a trader saw in themselves."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from analytics.models import EmotionLog
from analytics.models.emotion_log import EmotionLogMethod


def note_emotion(*, user: User, values: Mapping[str, Any]) -> EmotionLog:
    log = EmotionLog.objects.create(user=user, detected_method=EmotionLogMethod.MANUAL_TAG, **values)
    log.refresh_from_db()
    return log
