"""I am the asker's recorded thoughts: the sound in, what the voice gave away out."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django_filters import FilterSet, UUIDFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Collection, resource
from analytics import vocal
from analytics.models import VocalNote
from trading import selectors as trading

MOST_BYTES = 20 * 2**20
FORM_BYTES = 64 * 1024


class MineField(serializers.UUIDField):
    """A thing of the asker's by its id; any other does not exist."""

    def __init__(self, mine: Callable[[], QuerySet[Any]], **options: Any) -> None:
        super().__init__(**options)
        self.mine = mine

    def to_internal_value(self, data: Any) -> Any:
        found = self.mine().filter(pk=super().to_internal_value(data)).first()
        if found is None:
            raise Http404
        return found


class Recording(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, help_text="WAV, plain PCM, half a second to ten minutes.")
    session = MineField(trading.sessions, required=False)
    trade = MineField(trading.trades, required=False)
    transcript = serializers.CharField(
        max_length=20_000, required=False, allow_blank=True, help_text="What was said; the pace is counted from it."
    )

    def validate_file(self, file: Any) -> Any:
        if file.size > MOST_BYTES:
            raise serializers.ValidationError(f"At most {MOST_BYTES // 2**20} MB are read.")
        return file


class MomentShape(serializers.Serializer[Any]):
    t = serializers.IntegerField(help_text="Seconds from the start.")
    score = serializers.FloatField(allow_null=True)


class VocalNoteShape(serializers.ModelSerializer[VocalNote]):
    vss_timeline = MomentShape(many=True, read_only=True)

    class Meta:
        model = VocalNote
        fields = [
            "id", "session_id", "trade_id", "audio_sha256", "duration_seconds", "vss_score", "vss_timeline",
            "transcript", "pitch_hz", "speech_rate_wpm", "intensity_db", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class VocalNoteFilter(FilterSet):
    session = UUIDFilter(field_name="session_id")
    trade = UUIDFilter(field_name="trade_id")


@resource("vocal-notes")
class VocalNotes(ListModelMixin, RetrieveModelMixin, Collection):
    """Recorded thoughts, newest first. `vss_score` tells how far the voice is from one's own usual, 50; it is null
    until five notes came before. The sound is kept encrypted under a key of its own."""

    serializer_class = VocalNoteShape
    filterset_class = VocalNoteFilter
    ordering_fields = ["created_at", "vss_score", "duration_seconds"]
    parser_classes = [MultiPartParser]
    body_limit = MOST_BYTES + FORM_BYTES

    def get_queryset(self) -> QuerySet[VocalNote]:
        return vocal.notes()

    @extend_schema(request={"multipart/form-data": Recording}, responses={201: VocalNoteShape})
    def create(self, request: Request) -> Response:
        given = Recording(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        note = vocal.note_voice(user=request.user, content=told.pop("file").read(), **told)  # type: ignore[arg-type]
        return Response(VocalNoteShape(note).data, status=201)

    @extend_schema(responses={(200, "audio/wav"): OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[])
    def sound(self, request: Request, id: str) -> HttpResponse:
        """The recording as it was sent."""
        content = vocal.opened(self.get_object())
        name = {"Content-Disposition": f'attachment; filename="{id}.wav"', "Cache-Control": "no-store"}
        return HttpResponse(content, content_type="audio/wav", headers=name)
