"""I join the apps' doors."""

from django.contrib import admin
from django.urls import include, path

from aetheris import health, metrics
from analytics import trade_page
from analytics.views import home
from armor import firm_page
from armor import views as armor

urlpatterns = [
    path("api/v1/", include("aetheris.api.router")),  # first, for programs ask the most
    path("", home, name="dashboard"),
    path("", include("trading.journal_urls")),
    path("trades/<uuid:id>/", trade_page.trade_page, name="trade"),
    path("trades/<uuid:id>/executions.csv", trade_page.executions_file, name="trade-executions"),
    path("trades/<uuid:id>/emotion/", trade_page.emotion, name="trade-emotion"),
    path("", include("aetheris.shelf")),
    path("flow/", include("analytics.flow")),
    path("settings/accounts/<uuid:id>/firm/", firm_page.firm_page, name="account-firm"),
    path("settings/", include("compliance.urls")),
    path("settings/", include("accounts.settings_urls")),
    path("", include("trading.urls")),
    path("armor/", include("armor.urls")),
    path("alerts/", armor.missed, name="missed"),
    path("alerts/<uuid:id>/dismiss/", armor.dismiss, name="dismiss"),
    path("analytics/", include("analytics.urls")),
    path("", include("accounts.urls")),
    path("", include("aetheris.later")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.metrics),
]

handler500 = "aetheris.api.problems.broken"
