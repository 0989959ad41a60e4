"""I say honestly what a page of the sidebar will be, until it is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

PAGES = {
    "oracle": ("Oracle", "nav-oracle", "Findings about your own trading, ranked.", [
        "One sentence each, with its sample size and a link to the trades",
    ]),
    "galaxie": ("Galaxie 3D", "nav-galaxie-3d", "Every trade as a star.", [
        "Arms are setups, radius is time, height is R",
    ]),
    "tax": ("Tax Engine", "nav-tax-engine", "Realised results by year and method.", [
        "Realised table, missing cost basis, export",
    ]),
}  # fmt: skip


@login_required
def later(request: HttpRequest, key: str) -> HttpResponse:
    title, symbol, sentence, planned = PAGES[key]
    shown = {"title": title, "symbol": symbol, "sentence": sentence, "planned": planned}
    return render(request, "later.html", shown)


urlpatterns = [path(f"{key}/", later, {"key": key}, name=f"later-{key}") for key in PAGES]
