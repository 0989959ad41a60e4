"""I am the back office: Django's admin, open to staff alone, reading through the staff's own database role."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from aetheris.db.router import door
from aetheris.db.tenancy import RowSecurity


class Site(AdminConfig):
    default_site = "aetheris.backoffice.BackOffice"


class BackOffice(admin.AdminSite):
    site_title = "AETHERIS desk"
    site_header = "AETHERIS compliance desk"
    index_title = "What can be shown"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only desks of our own: what libraries would bring wants rights that staff do not have."""
        if admin_class is not None and issubclass(admin_class, LookOnly):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        inner = super().admin_view(view, cacheable)

        def as_staff(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                return self.login(request)
            token = door.set("staff")
            try:
                with transaction.atomic(using="staff"):
                    answer = inner(request, *args, **kwargs)
                    if hasattr(answer, "render"):
                        answer.render()
                    return answer
            finally:
                door.reset(token)

        return as_staff

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One way in for everybody: the product's own sign-in. Who is in and not of the staff is told so."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or request.get_full_path()
        return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': wanted}, safe='/')}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The session is the app's to end; staff may not write it."""
        token = door.set("default")
        try:
            logout(request)
        finally:
            door.reset(token)
        return redirect(settings.LOGOUT_REDIRECT_URL)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Not here: the staff's door cannot write people."""
        raise Http404


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list and its rows, to read; nothing is added, changed or deleted here."""

    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only the columns that staff may read."""
        columns = _staff_columns(self.model)
        found: QuerySet[Any] = super().get_queryset(request)
        return found.only(*columns) if columns else found

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What happened to a row is in the audit trail."""
        return redirect(f"{reverse('admin:compliance_auditentry_changelist')}?row_id__exact={quote(object_id)}")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_staff", False))

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        return {}


def _staff_columns(model: type[Model]) -> tuple[str, ...]:
    for law in model._meta.constraints:
        if isinstance(law, RowSecurity):
            return law.staff_columns
    return ()
