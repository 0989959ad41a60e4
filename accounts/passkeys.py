"""I add, check and remove passkeys (WebAuthn level 2): a key in a device, opened by its person's finger, face or PIN.

A passkey shows two factors at once, the device and who holds it, so it signs in alone. A challenge is kept on our side
in the session, for five minutes, and answered once; only our own origin may answer it.
"""

import json
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts import second, spares
from accounts.errors import PasskeyRefused
from accounts.models import User
from accounts.signin import person
from aetheris.db.tenancy import acting_as

KIND = Authenticator.Type.WEBAUTHN
STATE, SECONDS = "passkey_challenge", 300
MOST = 20
VERIFIED = UserVerificationRequirement.REQUIRED


def mine(user: User) -> list[Authenticator]:
    """Asked as the person."""
    return list(Authenticator.objects.filter(user_id=user.pk, type=KIND).order_by("created_at"))


def has(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=KIND).exists()


def ask_to_add(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser is told, to make a key of this person's for this site."""
    who = PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.email, display_name=user.name)
    options, state = _server(request).register_begin(
        who, [_known(key) for key in mine(user)], ResidentKeyRequirement.REQUIRED, VERIFIED
    )
    _keep(request.session, state)
    return dict(options)


def add(request: HttpRequest, user: User, *, name: str, answer: str) -> list[str]:
    """Keep the key that the browser made. The recovery codes, if there were none before; else nothing."""
    if len(mine(user)) >= MOST:
        raise PasskeyRefused
    state, told = _kept(request.session), _read(answer)
    try:
        response = RegistrationResponse.from_dict(told)
        made = _server(request).register_complete(state, response)
    except (ValueError, TypeError, KeyError) as wrong:
        raise PasskeyRefused from wrong
    is_first = not second.is_on(user)
    Authenticator.objects.create(user=user, type=KIND, data={"name": name, "credential": told, "count": made.counter})
    return spares.make(user) if is_first else []


def ask_to_enter(request: HttpRequest, user: User | None = None) -> dict[str, Any]:
    """What the browser is told, to show a key: one of this person's, or whichever it has for this site."""
    known = [_known(key) for key in mine(user)] if user is not None else None
    options, state = _server(request).authenticate_begin(known, VERIFIED)
    _keep(request.session, state)
    return dict(options)


def shown_by(request: HttpRequest, answer: str, only: User | None = None) -> User:
    """Who showed their key; `only` is whom the challenge was for."""
    state, told = _kept(request.session), _read(answer)
    try:
        response = AuthenticationResponse.from_dict(told)
        user = only or _named(told)
        with acting_as(user):
            _check(request, user, state, response)
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise PasskeyRefused from wrong
    return user


def remove(user: User, id: int) -> bool:
    """Forgotten, and the recovery codes with the last factor."""
    gone, _ = Authenticator.objects.filter(user_id=user.pk, type=KIND, pk=id).delete()
    if not second.is_on(user):
        spares.forget(user)
    return bool(gone)


def _check(request: HttpRequest, user: User, state: dict[str, Any], response: AuthenticationResponse) -> None:
    """The row is held while we look at its count, so that a copy cannot slip by beside the original."""
    keys = {_known(key).credential_id: key for key in Authenticator.objects.select_for_update().filter(
        user_id=user.pk, type=KIND)}  # fmt: skip
    used = _server(request).authenticate_complete(state, [_known(key) for key in keys.values()], response)
    key, count = keys[used.credential_id], response.response.authenticator_data.counter
    before = key.data.get("count", 0)
    if (before or count) and count <= before:
        raise PasskeyRefused  # a copied key counts on its own
    key.data["count"] = count
    key.save(update_fields=["data"])
    key.record_usage()


def _named(told: dict[str, Any]) -> User:
    """Whom the key says it belongs to; it must still prove so."""
    user = person(UUID(bytes=websafe_decode(told["response"]["userHandle"])))
    if user is None or not user.is_active:
        raise PasskeyRefused
    return user


def _known(key: Authenticator) -> AttestedCredentialData:
    data: AuthenticatorData = RegistrationResponse.from_dict(
        key.data["credential"]
    ).response.attestation_object.auth_data
    assert data.credential_data is not None
    return data.credential_data


def _server(request: HttpRequest) -> Fido2Server:
    host = request.get_host()
    own = {f"{request.scheme}://{host}", settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS}
    rp = PublicKeyCredentialRpEntity(id=urlsplit(f"//{host}").hostname or host, name=second.ISSUER)
    return Fido2Server(rp, verify_origin=own.__contains__)


def _keep(session: SessionBase, state: dict[str, Any]) -> None:
    session[STATE] = {"state": {**state, "user_verification": VERIFIED.value}, "until": time.time() + SECONDS}


def _kept(session: SessionBase) -> dict[str, Any]:
    """The challenge, once."""
    kept = session.pop(STATE, None)
    if kept is None or kept["until"] < time.time():
        raise PasskeyRefused
    return dict(kept["state"])


def _read(answer: str) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        raise PasskeyRefused from None
    if not isinstance(told, dict):
        raise PasskeyRefused
    return told
