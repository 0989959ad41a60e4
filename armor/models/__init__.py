"""What is allowed: firms' programmes, breaches, what is due to be judged, and the webhooks that tell of it."""

from armor.models.breach import Breach, BreachCounter
from armor.models.due import Due
from armor.models.template import PropFirmTemplate
from armor.models.watched import WatchedTrade
from armor.models.webhook import WebhookEndpoint, WebhookEvent

__all__ = ["Breach", "BreachCounter", "Due", "PropFirmTemplate", "WatchedTrade", "WebhookEndpoint", "WebhookEvent"]
