"""I say where settings are."""

from django.urls import path

from accounts import settings_page

urlpatterns = [
    path("", settings_page.settings_page, name="settings"),
    path("appearance/", settings_page.appearance, name="settings-appearance"),
    path("accounts/new/", settings_page.account_new, name="account-new"),
    path("accounts/<uuid:id>/", settings_page.account_edit, name="account-edit"),
    path("accounts/<uuid:id>/close/", settings_page.account_close, name="account-close"),
]
