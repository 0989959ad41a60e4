"""I serve pages, the API and the sockets, and keep one ear on the database."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aetheris.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from aetheris import start, unread  # noqa: E402
from aetheris.live import hub  # noqa: E402
from armor.sockets import ArmorConsumer, LiveConsumer, NowhereConsumer  # noqa: E402

sockets = URLRouter(
    [
        path("ws/armor/<uuid:account_id>", ArmorConsumer.as_asgi()),
        path("ws/armor/<uuid:account_id>/", ArmorConsumer.as_asgi()),
        path("ws/realtime/<uuid:account_id>", LiveConsumer.as_asgi()),
        path("ws/realtime/<uuid:account_id>/", LiveConsumer.as_asgi()),
        re_path(r"^ws/realtime/?$", LiveConsumer.as_asgi()),
        re_path(r"", NowhereConsumer.as_asgi()),
    ]
)
router = ProtocolTypeRouter({"http": pages, "websocket": AuthMiddlewareStack(sockets)})


start.refuse_without_laws()
unread.install()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    hub.start()
    await router(scope, receive, send)
