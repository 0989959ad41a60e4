"""I say where the journal is."""

from django.urls import path

from trading import finding, journal_edit, journal_many, journal_page, picture_views, trade_edit

urlpatterns = [
    path("journal/", journal_page.journal_page, name="journal"),
    path("journal/journal.csv", journal_edit.journal_file, name="journal-file"),
    path("journal/tag/", journal_many.tag_many, name="journal-tag"),
    path("journal/setup/", journal_many.set_setup, name="journal-setup"),
    path("journal/delete/", journal_many.delete_many, name="journal-delete"),
    path("journal/restore/", journal_many.restore_many, name="journal-restore"),
    path("journal/views/", journal_edit.save_view, name="journal-view"),
    path("journal/views/<uuid:id>/drop/", journal_edit.drop_view, name="journal-view-drop"),
    path("trades/<uuid:id>/review/", journal_edit.review, name="trade-review"),
    path("trades/new/", trade_edit.add, name="trade-new"),
    path("trades/<uuid:id>/edit/", trade_edit.edit, name="trade-edit"),
    path("trades/<uuid:id>/delete/", trade_edit.delete, name="trade-delete"),
    path("trades/<uuid:id>/restore/", trade_edit.restore, name="trade-restore"),
    path("trades/<uuid:id>/pictures/", picture_views.add, name="trade-picture-add"),
    path("pictures/<uuid:id>/", picture_views.show, name="trade-picture"),
    path("pictures/<uuid:id>/remove/", picture_views.remove, name="trade-picture-remove"),
    path("find/", finding.find, name="find"),
]
