"""What is allowed: firms' programmes, breaches, what is due to be judged, and the ways to be told and to pause."""

from armor.models.breach import Breach, BreachCounter
from armor.models.cooling import Cooling, Snooze
from armor.models.due import Due
from armor.models.guard import AccountGuard, FlattenOrder, LimitChange
from armor.models.mail import AlertSettings, MailNotice
from armor.models.news import CalendarEntry
from armor.models.template import PropFirmTemplate
from armor.models.watched import WatchedReading, WatchedTrade
from armor.models.webhook import WebhookEndpoint, WebhookEvent

__all__ = [
    "AccountGuard", "AlertSettings", "Breach", "BreachCounter", "CalendarEntry", "Cooling", "Due", "FlattenOrder",
    "LimitChange", "MailNotice", "PropFirmTemplate", "Snooze", "WatchedReading", "WatchedTrade", "WebhookEndpoint",
    "WebhookEvent",
]  # fmt: skip
