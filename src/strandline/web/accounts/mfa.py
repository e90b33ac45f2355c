"""What allauth asks of a second step, answered so that a strict content security policy holds."""

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.safestring import SafeString
from django.utils.translation import gettext


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's second step with this product's words and an inline QR code."""

    def get_totp_issuer(self) -> str:
        """The name an authenticator app shows beside the code."""
        return "Strandline"

    def build_totp_svg(self, url: str) -> SafeString:
        """Draw the code as markup for the page itself: a `data:` image is refused by the policy."""
        return SafeString(
            segno.make(url, error="m").svg_inline(border=2, omitsize=True, dark="#000", light="#fff")
        )

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Propose a name for a new passkey, which its owner may change."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey {number}").format(number=number)
