"""I name what may be wrong with signing in and with trading accounts."""

from aetheris.errors import AetherisError


class SignInRefused(AetherisError):
    """E-mail and password do not match an account that may sign in. Check both and try again."""

    code = "sign_in_refused"
    status = 401


class SecondStepNeeded(AetherisError):
    """This account asks for a second step at sign-in, which programs cannot take yet. Sign in on the web page."""

    code = "mfa_required"
    status = 401


class AccountChangedMeanwhile(AetherisError):
    """This was changed meanwhile: it is at version {current}, you sent {sent}. Load it again and repeat the change."""

    code = "version_stale"
    status = 412


class AccountAlreadyClosed(AetherisError):
    """The account {account} is closed and stays as it is. Open a new one."""

    code = "account_closed"
    status = 409
