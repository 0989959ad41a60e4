"""I am the doors of importing and of connections."""

from django.urls import path

from trading import connection_views, import_views

urlpatterns = [
    path("import/", import_views.import_page, name="import"),
    path("import/columns/", import_views.columns, name="import-columns"),
    path("imports/<uuid:id>/", import_views.import_job, name="import-job"),
    path("imports/<uuid:id>/undo/", import_views.undo, name="import-undo"),
    path("connections/", connection_views.connections_page, name="connections"),
    path("connections/<uuid:id>/<slug:what>/", connection_views.act, name="connection-act"),
]
