"""Signing in for real: the product's own server and pages, a real browser, and an authenticator inside it."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from strandline.jobs.post import Post
from tests.cast import PASSWORD, assemble
from tests.web.axe import faults
from tests.web.conftest import PHONE

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def server(transactional_db: None, live_server: LiveServer) -> str:
    """The address of the product with the cast in it; Amina's and Bruno's addresses are known to be theirs."""
    cast = assemble()
    for name in ("amina", "bruno"):
        account = cast.accounts[name]
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return str(live_server.url)


def sign_in(page: Page, server: str, name: str = "amina", password: str = PASSWORD) -> None:
    """Fill in the form that guards the list of people."""
    page.goto(f"{server}/people/")
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    """Leave by the name menu."""
    page.locator(".top .menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")


def code_for(secret: str) -> str:
    """What an authenticator app would show now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def open_guarded(page: Page, server: str, path: str, password: str = PASSWORD) -> None:
    """Go to a page that guards the account, and show once more that it is one's own."""
    page.goto(f"{server}/account/{path}")
    expect(page.locator("h1")).to_have_text("Is it still you?")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"**/account/{path}")


def set_up_app(page: Page) -> list[str]:
    """Set up the authenticator app shown; give the recovery codes that came with it."""
    secret = page.locator("code").inner_text()
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Use this app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return page.locator("#codes li").all_inner_texts()


def add_authenticator(page: Page) -> None:
    """Put a device that knows its owner's finger into the browser."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_password_leads_to_where_one_was_going(visit: Visit, server: str) -> None:
    page = visit(f"{server}/people/")

    sign_in(page, server)

    page.wait_for_url("**/people/")
    expect(page.locator("h1")).to_have_text("People")
    expect(page.locator(".top .menu summary")).to_contain_text("Amina")


def test_a_password_works_without_script(visit: Visit, server: str) -> None:
    page = visit(f"{server}/people/", java_script_enabled=False)

    sign_in(page, server)

    page.wait_for_url("**/people/")


def test_a_wrong_password_is_named_once_and_the_address_stays(visit: Visit, server: str) -> None:
    page = visit(f"{server}/people/")

    sign_in(page, server, password="not this one at all")

    expect(page.locator("#errors")).to_contain_text("password you specified are not correct")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value("amina@example.org")


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(visit: Visit, server: str) -> None:
    page = visit(f"{server}/people/")
    sign_in(page, server)
    page.wait_for_url("**/people/")
    open_guarded(page, server, "2fa/totp/activate/")
    assert page.locator(".qr svg path").count() >= 1
    assert faults(page) == []
    codes = set_up_app(page)
    assert len(codes) == 10
    sign_out(page)

    sign_in(page, server)
    expect(page.locator("h1")).to_have_text("Second step")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#errors")).to_contain_text("Incorrect code")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url("**/people/")
    open_guarded(page, server, "2fa/recovery-codes/")
    assert page.locator("#codes li").all_inner_texts() == codes[1:]


def test_a_passkey_is_added_and_signs_in_alone(visit: Visit, server: str) -> None:
    page = visit(f"{server}/people/")
    add_authenticator(page)
    sign_in(page, server)
    page.wait_for_url("**/people/")
    open_guarded(page, server, "2fa/webauthn/add/")
    page.get_by_label("Name of the device").fill("Amina's phone")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(f"{server}/account/2fa/webauthn/")
    expect(page.locator(".row")).to_contain_text("signs in alone")
    sign_out(page)

    page.goto(f"{server}/people/")
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url("**/people/")
    expect(page.locator(".top .menu summary")).to_contain_text("Amina")


def test_a_passkey_may_be_the_second_step_only(visit: Visit, server: str) -> None:
    page = visit(f"{server}/people/")
    add_authenticator(page)
    sign_in(page, server)
    page.wait_for_url("**/people/")
    open_guarded(page, server, "2fa/webauthn/add/")
    page.get_by_label("Sign in with it alone").uncheck()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page)

    sign_in(page, server)
    expect(page.locator("h1")).to_have_text("Second step")
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url("**/people/")


def test_a_refused_passkey_says_so_and_leaves_the_password(visit: Visit, server: str) -> None:
    page = visit(f"{server}/people/")
    add_authenticator(page)

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.locator("[data-passkey-said]")).to_contain_text("No passkey was used.")
    sign_in(page, server)
    page.wait_for_url("**/people/")


def test_a_forgotten_password_is_replaced_by_mail(visit: Visit, server: str) -> None:
    page = visit(f"{server}/account/password/reset/")
    page.get_by_label("E-mail").fill("amina@example.org")
    page.get_by_role("button", name="Send the link").click()
    expect(page.locator("h1")).to_have_text("Look in your mail")
    Post("one").deliver()
    [message] = mail.outbox
    [link] = re.findall(r"http://\S+/account/password/reset/key/\S+", str(message.body))

    page.goto(link)
    page.get_by_label("New password", exact=True).fill("eight loud herons")
    again = page.get_by_label("New password, again")
    if again.count():
        again.fill("eight loud herons")
    page.get_by_role("button", name="Set password").click()
    expect(page.locator("h1")).to_have_text("New password set")
    sign_in(page, server, password="eight loud herons")

    page.wait_for_url("**/people/")
    page.goto(link)
    page.context.clear_cookies()
    page.goto(link)
    expect(page.locator("h1")).to_have_text("This link no longer works")


def test_other_sessions_can_be_ended(visit: Visit, server: str) -> None:
    elsewhere = visit(f"{server}/people/")
    sign_in(elsewhere, server)
    elsewhere.wait_for_url("**/people/")
    page = visit(f"{server}/people/", size=PHONE)
    sign_in(page, server)
    page.wait_for_url("**/people/")
    page.goto(f"{server}/account/sessions/")
    assert page.locator("tbody tr").count() == 2
    expect(page.locator("tbody th").first).to_contain_text("Chrome, Linux")
    assert faults(page) == []

    page.get_by_role("button", name="End the others").click()

    expect(page.locator("tbody tr")).to_have_count(1)
    elsewhere.reload()
    expect(elsewhere.locator("h1")).to_have_text("Sign in")


OUTSIDE = [
    "login/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/0-bad/",
    "signup/",
    "inactive/",
    "confirm-email/",
]
INSIDE = [
    "password/change/",
    "email/",
    "logout/",
    "2fa/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "2fa/totp/activate/",
    "sessions/",
]


@pytest.mark.parametrize("width", [1280, 320])
def test_account_pages_can_be_read_by_everyone(visit: Visit, server: str, width: int) -> None:
    page = visit(f"{server}/account/login/", size={"width": width, "height": 800})

    def check(path: str) -> None:
        page.goto(f"{server}/account/{path}")
        assert (path, faults(page)) == (path, [])
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)
        assert (path, page.locator("h1").count()) == (path, 1)

    for path in OUTSIDE:
        check(path)
    sign_in(page, server)
    page.wait_for_url("**/people/")
    page.goto(f"{server}/account/2fa/webauthn/add/")
    assert faults(page) == []
    open_guarded(page, server, "2fa/webauthn/add/")
    for path in INSIDE:
        check(path)
