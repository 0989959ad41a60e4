"""I say where the analytics pages are."""

from django.urls import path

from analytics import chart_files, kpi_views, pages

urlpatterns = [
    path("", pages.page, name="analytics"),
    *(path(f"{tab}/", pages.page, {"tab": tab}, name=f"analytics-{tab}") for tab in pages.TABS if tab != "overview"),
    path("charts/<slug:name>.csv", chart_files.chart_file, name="chart-file"),
    path("kpis/", kpi_views.kpi_page, name="kpis"),
    path("kpis/<slug:key>/target/", kpi_views.target, name="kpi-target"),
    path("kpis/file.<slug:kind>", kpi_views.file, name="kpi-file"),
]
