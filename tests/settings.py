"""I am the product's settings on the tests' own database."""

import os

from aetheris import state

os.environ.setdefault("AETHERIS_STATE", str(state.folder() / "test"))

from tests import database

ADMIN = database.server()
for _login, _url in ADMIN.urls(database.DATABASE).items():
    os.environ[f"DATABASE_URL_{_login.upper()}"] = _url
DATABASE_URL = os.environ.pop("DATABASE_URL", None)

from aetheris.db.places import place, urls  # noqa: E402
from aetheris.settings import *  # noqa: E402, F403
from aetheris.settings import DATABASES  # noqa: E402

# The hands that no process of the product holds together are all at hand here.
DATABASES = {
    **DATABASES,
    "migrator": place(urls()["migrator"]),
    "service": place(urls()["service"]),
    "admin": place(database.within(ADMIN.admin_url, database.DATABASE)),
}
API_RATES = dict.fromkeys(API_RATES, (1_000_000, 60))  # noqa: F405  a test's requests come all from one address
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
MIDDLEWARE = ["tests.planted.ListeningMiddleware", *MIDDLEWARE]  # noqa: F405
