"""I give every registered resource its address; with a slash at the end it answers just the same."""

import re

from django.urls import URLPattern, URLResolver, re_path
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from aetheris.api import reference
from aetheris.api.resources import resources


def addresses() -> list[URLPattern | URLResolver]:
    router = SimpleRouter()
    router.trailing_slash = "/?"
    lists = router.routes[0]._replace(mapping={**router.routes[0].mapping, "delete": "destroy_all"})  # type: ignore[union-attr, call-arg]
    router.routes = [lists, *router.routes[1:]]
    doors = []
    for prefix, view in resources.items():
        if issubclass(view, ViewSetMixin):
            router.register(prefix, view, basename=prefix)  # type: ignore[arg-type]
        else:
            doors.append(re_path(rf"^{prefix}/?$", view.as_view(), name=_name(prefix)))
    return [*doors, *router.urls]


def _name(prefix: str) -> str:
    """accounts/(?P<id>…)/risk → accounts-risk"""
    return re.sub(r"\(.*?\)/?", "", prefix).strip("/").replace("/", "-")


urlpatterns = [
    re_path(r"^schema/?$", reference.Schema.as_view(), name="schema"),
    re_path(r"^docs/?$", reference.docs, name="docs"),
    *addresses(),
    re_path(r"", reference.Unknown.as_view(), name="unknown"),
]
