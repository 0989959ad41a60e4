"""I join the guard's pages."""

from django.urls import path

from armor import alert_pages, rules_pages, views, webhook_pages, whatif_views

urlpatterns = [
    path("", views.armor, name="armor"),
    path("webhooks/", webhook_pages.webhooks, name="webhooks"),
    path("webhooks/<uuid:id>/", webhook_pages.act, name="webhook"),
    path("webhook-events/<uuid:id>/replay/", webhook_pages.replay, name="webhook-replay"),
    path("what-if/", whatif_views.what_if, name="what-if"),
    path("settings/", alert_pages.alert_settings, name="alert-settings"),
    path("rules/<uuid:id>/", rules_pages.own_rules, name="own-rules"),
    path("settings/accounts/<uuid:id>/", alert_pages.guard, name="account-guard"),
    path("limit-changes/<uuid:id>/withdraw/", alert_pages.withdraw, name="limit-change-withdraw"),
]
