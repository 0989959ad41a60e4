"""I join the pages of signing in and of one's own security."""

from allauth.socialaccount.providers.github import views as github
from allauth.socialaccount.providers.google import views as google
from django.urls import path

from accounts.views import entering, joining, passkeys, security
from accounts.views.providers import where_offered

for view in (google.oauth2_callback, github.oauth2_callback):
    view.comes_back = True

urlpatterns = [
    path("sign-in/", entering.sign_in, name="account_login"),
    path("sign-in/code/", entering.code, name="sign-in-code"),
    path("sign-in/passkey/", passkeys.enter, name="sign-in-passkey"),
    path("sign-in/link/", entering.link, name="sign-in-link"),
    path("sign-in/link/<str:token>/", entering.by_link),
    path("sign-in/with/google/", where_offered("google", google.oauth2_login), name="google_login"),
    path("sign-in/with/google/back/", where_offered("google", google.oauth2_callback), name="google_callback"),
    path("sign-in/with/github/", where_offered("github", github.oauth2_login), name="github_login"),
    path("sign-in/with/github/back/", where_offered("github", github.oauth2_callback), name="github_callback"),
    path("sign-out/", entering.sign_out, name="account_logout"),
    path("register/", joining.register, name="account_signup"),
    path("verify/<str:token>/", joining.verify),
    path("password/reset/", joining.ask_reset, name="account_reset_password"),
    path("password/reset/<str:token>/", joining.reset),
    path("settings/security/", security.security, name="security"),
    path("settings/security/again/", security.again, name="security-again"),
    path("settings/security/again/passkey/", passkeys.again, name="security-again-passkey"),
    path("settings/security/passkeys/add/", passkeys.add, name="security-passkey-add"),
    path("settings/security/passkeys/<int:id>/remove/", passkeys.remove, name="security-passkey-remove"),
    path("settings/security/password/", security.password, name="security-password"),
    path("settings/security/totp/", security.totp, name="security-totp"),
    path("settings/security/totp/remove/", security.without_totp, name="security-totp-remove"),
    path("settings/security/recovery-codes/", security.recovery_codes, name="security-codes"),
    path("settings/security/sign-ins/end/", security.end_others, name="security-end-others"),
    path("settings/security/sign-ins/<uuid:id>/end/", security.end_sign_in, name="security-end"),
]
