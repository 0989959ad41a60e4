"""I name each static file by what is in it, so that a browser may keep it for a year and never ask again."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Statics(CompressedManifestStaticFilesStorage):
    """Gzipped beside the plain one; scripts name one another by their hashed names, too."""

    support_js_module_import_aggregation = True
