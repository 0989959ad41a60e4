"""I name what may be wrong with signing in and with trading accounts."""

from aetheris.errors import AetherisError

CHALLENGE = 'Bearer realm="aetheris"'


class SignInRefused(AetherisError):
    """E-mail and password do not match an account that may sign in. Check both and try again."""

    code = "sign_in_refused"
    status = 401
    auth_header = CHALLENGE


class SecondStepNeeded(AetherisError):
    """This account asks for a second step. POST auth/mfa with this mfa_token and a code within five minutes, or send
    the code as "totp" with the password."""

    code = "mfa_required"
    status = 401
    auth_header = CHALLENGE


class AccountChangedMeanwhile(AetherisError):
    """This was changed meanwhile: it is at version {current}, you sent {sent}. Load it again and repeat the change."""

    code = "version_stale"
    status = 412


class AccountAlreadyClosed(AetherisError):
    """The account {account} is closed and stays as it is. Open a new one."""

    code = "account_closed"
    status = 409


class DayIsTheProgrammes(AetherisError):
    """The account {account} is held to a programme, which says when its day begins. Leave time zone and start as they
    are, or put the account under another programme."""

    code = "day_is_the_programmes"
    status = 409


class StepUpRequired(AetherisError):
    """This step asks for a fresh second factor. POST auth/step-up with a code of your authenticator app (or your
    password, if you have no second factor), then send this again within five minutes."""

    code = "step_up_required"
    status = 403


class CodeRefused(AetherisError):
    """This code is wrong, used or too old. Take the next one your authenticator app shows."""

    code = "code_refused"
    status = 401
    auth_header = CHALLENGE


class PasskeyRefused(AetherisError):
    """This passkey did not open the door: it is not known here, or the page was too old. Load the page and try again,
    or take another way in."""

    code = "passkey_refused"
    status = 401
    auth_header = CHALLENGE


class TooManyTries(AetherisError):
    """Too many wrong tries for this account or from this address. Wait {wait} seconds, then try again."""

    code = "too_many_tries"
    status = 429

    def __init__(self, *, wait: int) -> None:
        self.wait = wait
        super().__init__(wait=wait)


class LinkOver(AetherisError):
    """This link was used already or is too old. Ask for a new one."""

    code = "link_over"
    status = 400


class PasswordNotRight(AetherisError):
    """{why}"""

    code = "password_not_right"
    status = 400


class FactorThere(AetherisError):
    """An authenticator app is set up already. Remove it first, then set up the new one."""

    code = "totp_on"
    status = 409


class FactorMissing(AetherisError):
    """No authenticator app is being set up. POST auth/totp/setup first, then confirm with its code."""

    code = "totp_not_begun"
    status = 409


class ProviderNotSet(AetherisError):
    """Signing in with {provider} is not set up here. Sign in with your password or a link by mail."""

    code = "provider_not_set"
    status = 409


class EmailNotVerified(AetherisError):
    """{provider} has not verified an e-mail address of yours. Verify one there, or register here with a password."""

    code = "email_not_verified"
    status = 403
