"""I am a desk where something is done: a list and its rows to read, and beside each row the acts of one's role."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from aetheris.backoffice import LookOnly
from aetheris.errors import AetherisError
from compliance import readings
from compliance.desk.acts import Act, desk_role, require


class WorkDesk(LookOnly):
    """`acts` are done to a row, `list_acts` to none yet; every page that is opened is noted with the readings."""

    acts: Sequence[Act] = ()
    list_acts: Sequence[Act] = ()
    noted_list = noted_row = ""
    change_form_template = "admin/compliance/work.html"
    change_list_template = "admin/compliance/work_list.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return desk_role(request) is not None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("act/<slug:act>/", view(self.act_on_list), name=f"{name}_list_act"),
            path("<path:id>/act/<slug:act>/", view(self.act_on_row), name=f"{name}_act"),
            *super().get_urls(),
        ]

    # Reading ------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        offered = [act for act in self.list_acts if act.is_for(desk_role(request))]
        told = {"acts": [(act, act.form(prefix=act.name), self._list_address(act)) for act in offered]}
        readings.note(self.noted_list or f"list of {self.opts.verbose_name_plural}", dict(request.GET.items()))
        return super().changelist_view(request, told | self.beside_list(request) | (extra_context or {}))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if object_id is None or request.method != "GET":
            return super().changeform_view(request, object_id, form_url, extra_context)
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        readings.note(self.noted_row or str(self.opts.verbose_name), {self.opts.pk.name: object_id})
        offered = [act for act in self.acts if act.is_for(desk_role(request)) and act.when(row)]
        told = {
            "acts": [(act, act.form(prefix=act.name), self._address(act, object_id)) for act in offered],
            "show_save": False, "show_save_and_continue": False, "desk_role": desk_role(request),
        }  # fmt: skip
        return super().changeform_view(
            request, object_id, form_url, told | self.beside(request, row) | (extra_context or {})
        )

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What else the page of a row shows."""
        return {}

    def beside_list(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    # Doing --------------------------------------------------------------------------------------------

    def act_on_row(self, request: HttpRequest, id: str, act: str) -> HttpResponse:
        row = self.get_object(request, id)
        if row is None:
            raise Http404
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[id])
        return self._do(request, _named(self.acts, act), row, back)

    def act_on_list(self, request: HttpRequest, act: str) -> HttpResponse:
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return self._do(request, _named(self.list_acts, act), None, back)

    def _do(self, request: HttpRequest, act: Act, row: Any, back: str) -> HttpResponse:
        if request.method != "POST":
            return redirect(back)
        try:
            require(request, act)
        except AetherisError as refusal:
            return render(request, "403.html", {"sentence": refusal.message}, status=403)
        if row is not None and not act.when(row):
            messages.error(request, f"“{act.label}” is not this row's next step any more. Nothing was done.")
            return redirect(back)
        form = act.form(request.POST, request.FILES, prefix=act.name)
        if not form.is_valid():
            said = "; ".join(f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items())
            messages.error(request, f"Nothing was done. {said}")
            return redirect(back)
        try:
            with transaction.atomic(using="staff"):
                messages.success(request, act.do(request, row, form.cleaned_data))
        except AetherisError as refusal:
            messages.error(request, refusal.message)
        except DatabaseError as refusal:
            messages.error(request, f"The database refused it: {_line(refusal)}. Nothing was changed.")
        return redirect(back)

    def _address(self, act: Act, id: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_act", args=[id, act.name])

    def _list_address(self, act: Act) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_list_act", args=[act.name])


def _named(acts: Sequence[Act], name: str) -> Act:
    for act in acts:
        if act.name == name:
            return act
    raise Http404


def _line(refusal: Exception) -> str:
    return str(refusal).partition("\n")[0].rstrip(".")
