"""Settings from a file and from flags, and what is said about those that do not fit."""

from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli.flags import role_flags
from digit_tc.errors import SettingsError
from digit_tc.settings import read_settings


def file(folder: Path, text: str) -> Path:
    path = folder / "run.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_the_documented_defaults_hold() -> None:
    settings = read_settings()
    assert (settings.run.num, settings.run.turn_range, settings.run.seed) == (20, (2, 4), 0)
    assert (settings.run.roles, settings.run.graph, settings.run.tools) == ("offline", "conversation", ())
    assert settings.run.shard_part == (0, 1)


def test_flags_win_over_the_file_key_by_key(tmp_path: Path) -> None:
    text = """
        [run]
        num = 7
        turns = "1-3"
        [models.default]
        model = "small"
        temperature = 0.5
        [roles.critic]
        use = "mine:Critic"
        votes = 3
        [plan]
        max_calls = 2
    """
    flags = {
        "run": {"num": "9"},
        "models": {"default": {"base_url": "http://127.0.0.1:1/v1"}},
        "roles": {"critic": {"votes": 5}},
    }
    settings = read_settings(file(tmp_path, text), flags)
    assert (settings.run.num, settings.run.turns, settings.plan.max_calls) == (9, "1-3", 2)
    assert (settings.models["default"].model, settings.models["default"].temperature) == ("small", 0.5)
    assert settings.models["default"].base_url == "http://127.0.0.1:1/v1"
    assert settings.roles == {"critic": {"use": "mine:Critic", "votes": 5}}


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({"turns": "5-2"}, r"--turns must not end before it starts; got '5-2', write 2-5"),
        ({"turns": "3-"}, r"--turns must be MIN-MAX, for example 2-4; got '3-'"),
        ({"turns": "0"}, r"--turns must start at 1 or more; got '0'"),
        ({"turns": "a-b"}, r"--turns must be MIN-MAX, for example 2-4; got 'a-b'"),
        ({"turns": "0-2"}, r"--turns must start at 1 or more; got '0-2'"),
        ({"num": 0}, r"--num must be at least 1; got 0"),
        ({"num": "many"}, r"--num must be a whole number; got 'many'"),
        ({"seed": -1}, r"--seed must be at least 0; got -1"),
        ({"concurrency": 0}, r"--concurrency must be at least 1; got 0"),
        ({"until_accepted": 0}, r"--until-accepted must be at least 1; got 0"),
        ({"roles": "online"}, r"--roles must be 'offline', 'llm' or 'hybrid'; got 'online'"),
        ({"shard": "0/4"}, r"--shard must be I/N with I from 1 to N, for example 1/4; got '0/4'"),
        ({"shard": "5/4"}, r"--shard must be I/N with I from 1 to N, for example 1/4; got '5/4'"),
        ({"shard": "1/2", "until_accepted": 3}, r"--until-accepted and --shard cannot be combined.*"),
    ],
)
def test_a_flag_that_does_not_fit_is_named_with_what_would(flags: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=f"^{sentence}$"):
        read_settings(flags={"run": flags})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[run]\nnmu = 3", "run.nmu is not a known key; did you mean 'num'?"),
        ("[rum]\nnum = 3", "rum is not a known key; did you mean 'run'?"),
        ("[run]\nzzzz = 3", "run.zzzz is not a known key; known here are tools, num,"),
        ("[models.user]\nmodle = 'x'\nmodel = 'y'", "models.user.modle is not a known key; did you mean 'model'?"),
        ("[plan]\nmax_calls = 0", "plan.max_calls must be at least 1; got 0"),
        ("[plan]\nimplicit = 7", "plan.implicit must be at most 1; got 7"),
        ("[plan.lengths]\n0 = 1", "plan.lengths must give weights to whole numbers from 1 up"),
        ("[plan.depths]\n2 = 0", "plan.depths must give weights to whole numbers from 1 up"),
        ("[plan.depths]\ndeep = 1", "plan.depths.deep"),
        ("[run]\nnum = 1.5", "run.num must be a whole number; got 1.5"),
        ("[models.user]\nmodel = ''", "models.user must name a model: give model = NAME, use = IMP"),
        ("[run", "not valid TOML"),
    ],
)
def test_a_file_that_does_not_fit_is_named_with_the_key(tmp_path: Path, text: str, sentence: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert str(caught.value).startswith(f"{path}: {sentence}")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent.toml: there is no such file; correct the path$"):
        read_settings(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes(b"[run]\nout = '\xe9'")
    with pytest.raises(SettingsError, match=r"latin.toml: not UTF-8"):
        read_settings(tmp_path / "latin.toml")


@pytest.mark.parametrize("turns", ["3", 3, " 3 ", "3-3"])
def test_one_number_of_turns_is_both_bounds(turns: str | int) -> None:
    assert read_settings(flags={"run": {"turns": turns}}).run.turns == "3-3"


def test_tools_in_a_file_lie_beside_it_and_those_of_a_flag_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "mine.json").write_text("[]", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    config = file(Path("sub"), '[run]\ntools = ["mine.json"]')
    assert read_settings(config).run.tools == ("sub/mine.json",)
    assert read_settings(config, {"run": {"tools": ["mine.json"]}}).run.tools == ("mine.json",)
    assert read_settings(file(tmp_path, f'[run]\ntools = ["{tmp_path}/sub/mine.json"]')).run.tools == (
        f"{tmp_path}/sub/mine.json",
    )
    config = file(Path("sub"), '[run]\ntools = ["absent.json"]')
    with pytest.raises(SettingsError, match=r"^sub/run.toml: run.tools: there is no sub/absent.json; paths there"):
        read_settings(config)
    assert read_settings(config, {"run": {"tools": ["mine.json"]}}).run.tools == ("mine.json",)


def test_an_address_alone_asks_for_a_model() -> None:
    with pytest.raises(SettingsError, match=r"^--base-url needs a model to ask there; add --model NAME$"):
        read_settings(flags={"models": {"default": {"base_url": "http://127.0.0.1:1/v1"}}})


def test_an_address_with_a_key_in_it_is_refused_without_repeating_it() -> None:
    default = {"model": "m", "base_url": "http://user:secret@host/v1"}
    with pytest.raises(SettingsError) as caught:
        read_settings(flags={"models": {"default": default}})
    assert str(caught.value).startswith("--base-url cannot be used")
    assert "secret" not in str(caught.value)


def test_role_flags_name_an_import_or_a_knob() -> None:
    tables = role_flags(["critic=my.mod:Critic", "critic.votes=3", "user.prompt=terse", "user.loud=true"])
    assert tables == {"critic": {"use": "my.mod:Critic", "votes": 3}, "user": {"prompt": "terse", "loud": True}}


@pytest.mark.parametrize("text", ["critic", "=x:y", "critic=", "critic.=3", ".votes=3"])
def test_a_role_flag_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"--role must be NAME=IMPORT or NAME.KNOB=VALUE"):
        role_flags([text])
