"""I name what may be wrong with what one tells about oneself."""

from aetheris.errors import AetherisError


class SoundRefused(AetherisError):
    """This recording is not read: {why}. Send a WAV file of plain PCM."""

    code = "sound_refused"
    status = 422


class SoundGone(AetherisError):
    """The sound of this note cannot be opened any more: its key was destroyed, or its file is not here."""

    code = "sound_gone"
    status = 410
