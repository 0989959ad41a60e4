"""I say where a person's own pages about themselves are."""

from django.urls import path

from compliance import views

urlpatterns = [
    path("identity/", views.identity, name="identity"),
    path("identity/documents/<uuid:id>/withdraw/", views.withdraw, name="identity-withdraw"),
    path("data/", views.data, name="exports"),
]
