"""I let a browser keep the empty shell for when there is no network; no page with anybody's figures is ever kept."""

import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path
from django.views.decorators.cache import cache_control

KEPT = (*(f"css/{name}.css" for name in ("tokens", "base", "layout", "parts", "buttons")), "img/mark.svg")


@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, since a worker rules only what lies below it."""
    found = finders.find("js/worker.js")
    if not isinstance(found, str):
        raise Http404
    files = json.dumps([static(name) for name in KEPT])
    script = f"self.FILES = {files};\n{Path(found).read_text()}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")


urlpatterns = [path("worker.js", worker, name="worker"), path("offline/", offline, name="offline")]
