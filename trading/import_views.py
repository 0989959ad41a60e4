"""I take broker files, show how far they are and what became of them, and take them back."""

import json
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import TradingAccount
from accounts.selectors import reader
from aetheris.errors import AetherisError
from trading import deliveries, jobs, mapping, proof, selectors, services
from trading.errors import MappingIncomplete
from trading.reading.weight import rows_about
from trading.undoing import undo_import

LISTED = 12
REFRESH_SECONDS = "2"


@login_required
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    values = {"account": request.POST.get("account", ""), "timezone": request.POST.get("timezone", "")}
    shown: dict[str, Any] = {"values": values, "errors": {}, "zones": zones(), "formats_note": _formats()}
    if request.method == "POST":
        taken = _take(request, values)
        if isinstance(taken, UUID):
            return redirect("import-job", id=taken)
        shown |= taken
    shown["imports"] = [proof.line_of(one) for one in selectors.imports().select_related("account")[:LISTED]]
    return render(request, "trading/import.html", shown, status=422 if shown.get("failure") or shown["errors"] else 200)


def _take(request: HttpRequest, values: dict[str, str]) -> dict[str, Any] | UUID:
    """What to show, or the job that goes on."""
    upload = request.FILES.get("file")
    account = TradingAccount.objects.filter(pk=values["account"]).first() if is_id(values["account"]) else None
    errors = {}
    if upload is None:
        errors["file"] = _("Choose the file your broker exported.")
    elif (upload.size or 0) > settings.IMPORT_MAX_BYTES:
        most = settings.IMPORT_MAX_BYTES // 2**20
        size = f"{(upload.size or 0) / 2**20:.0f} MB"
        errors["file"] = _("{} has {}; the most is {} MB. Export a shorter period.").format(upload.name, size, most)
    if account is None:
        errors["account"] = _("Choose the account these trades belong to.")
    if errors or upload is None or account is None:
        return {"errors": errors}
    dry_run, name = request.POST.get("action") == "dry-run", upload.name or "the file"
    file: Any = upload
    try:
        wishes = mapping.wishes_for(file, name) | ({"timezone": values["timezone"]} if values["timezone"] else {})
        if (rows := rows_about(file)) > jobs.INLINE_ROWS:
            return jobs.begin_import(account=account, file=file, name=name, rows=rows, dry_run=dry_run, **wishes).id
        done = services.import_statement(
            account=account, content=upload.read(), name=name, dry_run=dry_run, overwrite="overwrite" in request.POST,
            **wishes,
        )  # fmt: skip
    except AetherisError as refusal:
        failure = {"message": refusal.message, "reference": getattr(request, "request_id", ""), "code": refusal.code}
        return {"failure": failure}
    return {"result": proof.result(deliveries.report(done.statement, done.recorded), account, dry_run=dry_run),
            "delivery": done.delivery and proof.line_of(done.delivery)}  # fmt: skip


@login_required
def import_job(request: HttpRequest, id: UUID) -> HttpResponse:
    """While it goes on, the page asks again every other second, without a script."""
    found = get_object_or_404(selectors.imports().select_related("account"), pk=id)
    report = found.report if found.report and found.kind == "file" else None
    shown = {
        "delivery": proof.line_of(found),
        "result": proof.result(report, found.account, dry_run=found.dry_run) if report else None,
    }
    answer = render(request, "trading/import_job.html", shown)
    if shown["delivery"]["unfinished"]:  # type: ignore[index]
        answer["Refresh"] = REFRESH_SECONDS
    return answer


@login_required
@require_POST
def undo(request: HttpRequest, id: UUID) -> HttpResponse:
    found = get_object_or_404(selectors.imports(), pk=id)
    try:
        undone = undo_import(delivery=found)
    except AetherisError as refusal:
        messages.error(request, refusal.message)
    else:
        kept = f" {undone.kept:,} stayed, since a later import changed them." if undone.kept else ""
        words = f"{found.name} is undone: {undone.removed:,} trades taken out, {undone.restored:,} as they were before."
        messages.success(request, words + kept)
    return redirect("import-job", id=id)


@login_required
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest) -> HttpResponse:
    """First the file, to see its columns; then which of them is which, kept for every file with the same header."""
    shown: dict[str, Any] = {"zones": zones(), "decimals": mapping.DECIMALS, "orders": mapping.ORDERS}
    shown["saved"] = list(selectors.mappings())
    try:
        if request.method == "POST" and "header" in request.POST:
            return _save(request)
        if request.method == "POST" and (upload := request.FILES.get("file")):
            seen = mapping.preview(upload, upload.name or "the file")  # type: ignore[arg-type]
            shown |= {"preview": seen, "header_json": json.dumps(seen.header), "name": upload.name,
                      "choices": [_choice(name, seen) for name in (*seen.needed, *seen.optional)]}  # fmt: skip
    except AetherisError as refusal:
        shown["failure"] = refusal.message
    return render(request, "trading/columns.html", shown, status=422 if "failure" in shown else 200)


def _choice(name: str, seen: mapping.Preview) -> dict[str, Any]:
    label = name.replace("_", " ").capitalize()
    return {"name": name, "label": label, "needed": name in seen.needed, "value": seen.suggested.get(name, "")}


def _save(request: HttpRequest) -> HttpResponse:
    header = json.loads(request.POST["header"]) if len(request.POST["header"]) < 65_536 else []
    if not isinstance(header, list) or not all(isinstance(cell, str) for cell in header):
        raise MappingIncomplete(missing="the file's header; choose the file again")
    given = {
        key.removeprefix("column-"): value for key, value in request.POST.dict().items() if key.startswith("column-")
    }
    saved = mapping.save_mapping(
        user_id=reader(request).id, header=header, columns={ours: theirs for ours, theirs in given.items() if theirs},
        name=request.POST.get("name", "")[:120] or "My table", timezone=_zone(request.POST.get("timezone", "")),
        decimal=_of(request.POST.get("decimal", ""), mapping.DECIMALS),
        date_order=_of(request.POST.get("date_order", ""), mapping.ORDERS),
    )  # fmt: skip
    messages.success(request, f"{saved.name} is kept. Files with this header are read so from now on.")
    return redirect("import")


def _zone(name: str) -> str:
    return name if name in available_timezones() else ""


def _of(value: str, choices: list[tuple[str, str]]) -> str:
    return value if value in {one for one, _ in choices} else ""


def is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _formats() -> str:
    from trading.importers import formats  # the readers load when somebody imports, not at every start

    return _("Recognised by what is in it: {}.").format(", ".join(sorted(format.title for format in formats.values())))


def zones() -> list[dict[str, str]]:
    named = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
    )
    return [
        {"name": "", "label": _("the account's own clock")},
        {"name": "UTC", "label": "UTC"},
        *({"name": n} for n in named),
    ]
