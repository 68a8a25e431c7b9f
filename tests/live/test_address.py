"""What is secret in an address or a command line is shown nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.errors import SettingsError
from digit_tc.live.address import concealed, is_server, redacted, words

SECRET = st.text(st.characters(categories=("L", "N"), max_codepoint=0x7F), min_size=6, max_size=20).map("zQ9".__add__)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("http://127.0.0.1:8000/mcp", "http://127.0.0.1:8000/mcp"),
        ("https://ada:pw@shop.example/mcp", "https://***@shop.example/mcp"),
        ("https://shop.example/mcp?token=abc&team=x#top", "https://shop.example/mcp?token=***&team=***#top"),
        ("https://shop.example/mcp?abc", "https://shop.example/mcp?***"),
        ("mcp:https://ada@shop.example/mcp", "mcp:https://***@shop.example/mcp"),
        ("mcp:python server.py --port 3", "mcp:python server.py --port 3"),
        ("mcp:server --api-key abc --verbose", "mcp:server --api-key *** --verbose"),
        ("mcp:server --token=abc 'my file.py'", "mcp:server --token=*** 'my file.py'"),
        ("mcp:env SHOP_API_KEY='a b' server", "mcp:env SHOP_API_KEY=*** server"),
        (
            "mcp:npx mcp-remote https://u:p@h/mcp?t=abc --header 'Authorization: Bearer abc'",
            "mcp:npx mcp-remote https://***@h/mcp?t=*** --header 'Authorization: Bearer ***'",
        ),
        ("mcp:python auth_server.py token-server --now", "mcp:python auth_server.py token-server --now"),
    ],
)
def test_what_is_secret_is_hidden_and_the_rest_stands(written: str, shown: str) -> None:
    assert redacted(written) == shown
    assert redacted(shown) == shown, "what is hidden already stays as it is"


@given(SECRET, SECRET, SECRET)
def test_no_secret_is_left_in_what_others_say(user: str, password: str, token: str) -> None:
    address = f"https://{user}:{password}@shop.example/mcp?token={token}&v=1"
    heard = f"401 for {address}: {user} may not, {password} is wrong, {token} has run out"
    for text in (redacted(address), concealed(heard, address)):
        assert not [secret for secret in (user, password, token) if secret in text]
    assert concealed(heard, address).startswith("401 for https://***@shop.example/mcp?token=***&v=***")


@given(st.text(max_size=80))
def test_any_text_can_be_shown(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


def test_a_server_is_told_from_a_path() -> None:
    assert all(is_server(text) for text in ("mcp:python server.py", "http://h/mcp", "https://h/mcp", "mcp:http://h"))
    assert not any(is_server(text) for text in ("tools.json", "./mcp:x", "mcp", "folder/http://h"))


def test_a_broken_command_line_is_one_sentence_without_its_secrets() -> None:
    with pytest.raises(SettingsError, match=r"'server --token \*\*\*' is no command line: .*; close the quote"):
        words("server --token 'abc")
