"""A chat model by import string: made from its table, kept and counted like any other, wrong in one sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from digit_tc.models import ModelSettings
from digit_tc.models.imported import imported

MINE = '''
import os
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from digit_tc.testing.tempers import echo_user


class Echo(BaseChatModel):
    """Says what the user prompt lists, and notes how it was made."""

    log: str = "asked.txt"
    temperature: float = 1.0

    @property
    def _llm_type(self) -> str:
        return "echo"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        with Path(self.log).open("a", encoding="utf-8") as file:
            file.write(f"{self.temperature}\\n")
        text = echo_user("\\n".join(str(message.text) for message in messages))
        usage = {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text, usage_metadata=usage))])


class Broken(Echo):
    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        raise KeyError(f"no {os.environ['OPENAI_API_KEY']} for {messages[0].text}")


class Busy(Exception):
    status_code = 429


class Refused(Echo):
    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        raise Busy("come back later")


def make(temperature=0.5):
    return Echo(temperature=temperature)


def number():
    return 7


def fails():
    raise ValueError(f"the key {os.environ['SERVICE_TOKEN']} is of another service")


async def later():
    return Echo()


ready = Echo()
seven = 7
'''
KEY = "sk-a-key-that-nobody-may-see-0123456789"
TOKEN = "token-that-nobody-may-see"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a file of models in a folder below it."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SERVICE_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine.py").write_text(MINE, encoding="utf-8")
    return tmp_path


def config(use: str, **said: Any) -> Path:
    """Writes settings beside the file of models, whose user is played by the one named."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
    table = "\n".join(
        ["[run]", 'roles = "hybrid"', "num = 2", 'turns = "1"', "[models.user]", f'use = "{use}"', *lines]
    )
    path = Path("models/run.toml")
    path.write_text(f'{table}\n[roles.assistant]\nuse = "digit_tc.nodes.assistant:ProceduralAssistant"\n', "utf-8")
    return path


def asked() -> list[str]:
    path = Path("asked.txt")
    return path.read_text("utf-8").split() if path.is_file() else []


def spending(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "manifest.json").read_text("utf-8"))
    return dict(found["usage"]["roles"]["user"])


def made(folder: str) -> bytes:
    return b"".join(Path(folder, name).read_bytes() for name in ("conversations.jsonl", "rejected.jsonl"))


def test_it_plays_its_role_is_counted_kept_and_replayed(digit_tc: Any, here: Path) -> None:
    path = config("mine.py:Echo", temperature=0.25)
    assert digit_tc("generate", "--config", path, "--out", "first").code == 0
    assert b'"status":"accepted"' in made("first")
    calls = len(asked())
    assert set(asked()) == {"0.25"}, "what its table says is what it is made with"
    spent = spending("first")
    assert (spent["calls"], spent["prompt_tokens"], spent["completion_tokens"]) == (calls, 10 * calls, 2 * calls)

    assert digit_tc("generate", "--config", path, "--out", "second", "--replies", "first/replies.sqlite").code == 0
    (here / "asked.txt").unlink()
    (here / "models" / "mine.py").write_text(f"{MINE}\nlast = ready\n", "utf-8")
    edited = digit_tc("generate", "--config", path, "--out", "first")
    assert (edited.code, "the source of mine.py changed" in edited.err) == (2, True)
    (here / "models" / "mine.py").write_text(MINE, "utf-8")
    assert digit_tc("generate", "--config", path, "--out", "third", "--replay", "first/replies.sqlite").code == 0
    assert asked() == []
    assert made("second") == made("third") == made("first")
    assert spending("second")["known"] == calls


def test_a_file_in_another_place_is_the_same_model(digit_tc: Any, here: Path) -> None:
    """What is kept and where a run goes on does not depend on the folder, but on what the file says."""
    prints = []
    for folder in ("models", "elsewhere"):
        (here / folder).mkdir(exist_ok=True)
        (here / folder / "mine.py").write_text(MINE, "utf-8")
        text = config("mine.py:make").read_text("utf-8")
        (here / folder / "run.toml").write_text(text, "utf-8")
        digit_tc("generate", "--config", f"{folder}/run.toml", "--num", "1", "--out", f"out-{folder}")
        prints.append(json.loads(Path(f"out-{folder}/manifest.json").read_text("utf-8"))["fingerprint"])
    assert prints[0] == prints[1]
    assert made("out-models") == made("out-elsewhere")


def test_a_class_of_a_package_is_made_as_its_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    said = {"use": "langchain_openai:ChatOpenAI", "model": "m", "temperature": 0.25, "max_tokens": 9, "timeout": 5.0}
    made: Any = imported("user", ModelSettings.model_validate(said))
    assert (made.model_name, made.temperature, made.max_tokens, made.request_timeout) == ("m", 0.25, 9, 5.0)
    assert (made.seed, made.top_p) == (None, None), "what the table does not say is left to the class"


@pytest.mark.parametrize(
    ("use", "said", "words"),
    [
        ("mine.py:nosuch", {}, ["mine.py has no 'nosuch'"]),
        ("absent.py:make", {}, ["'user'", "absent.py: there is no such file"]),
        ("no_such_package.chat:Model", {}, ["'user'", "'no_such_package.chat' cannot be imported"]),
        ("make", {}, ["'make' is not an import string"]),
        ("mine.py:seven", {}, ["mine.py:seven) is a int; name a LangChain chat model"]),
        ("mine.py:number", {}, ["gives a int, which is no LangChain chat model"]),
        ("mine.py:later", {}, ["gives a coroutine, which is no LangChain chat model"]),
        ("mine.py:fails", {}, ["cannot be made: ValueError: the key [key] is of another service"]),
        ("mine.py:make", {"seed": 3}, ["does not take that, but its table says seed; take it out"]),
        ("mine.py:Echo", {"model": "m"}, ["does not take that, but its table says model"]),
        ("mine.py:ready", {"temperature": 0.5}, ["is made already, but its table says temperature"]),
        ("mine.py:Echo", {"temperature": "warm"}, ["models.user.temperature"]),
        ("mine.py:Echo", {"local": "a.gguf"}, ["models.user must name one model; got local and use"]),
        ("mine.py:Echo", {"logprobs": True}, ["models.user must not ask for logprobs with use"]),
        ("mine.py:Echo", {"client": "fast"}, ["models.user must not name a client with use"]),
    ],
)
def test_what_is_wrong_with_it_is_one_sentence(
    digit_tc: Any, here: Path, use: str, said: dict[str, Any], words: list[str]
) -> None:
    told = digit_tc("generate", "--config", config(use, **said), "--out", "out")
    assert (told.code, told.out, told.err.count("\n")) == (2, "", 1)
    assert all(word in told.err for word in words), told.err
    assert TOKEN not in told.err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("mine.py:Broken", "the model of role 'user' failed (KeyError at mine.py:"),
        ("mine.py:Refused", "the server of role 'user' is too busy (HTTP 429)"),
    ],
)
def test_what_it_raises_fails_a_conversation_and_tells_no_secret(
    digit_tc: Any, here: Path, use: str, words: str
) -> None:
    told = digit_tc("generate", "--config", config(use), "--out", "out")
    assert told.code == 1
    outcomes = [json.loads(line)["outcome"] for line in Path("out/rejected.jsonl").read_text("utf-8").splitlines()]
    assert [outcome["code"] for outcome in outcomes] == ["ModelError", "ModelError"]
    assert all(outcome["reason"].startswith(words) for outcome in outcomes)
    assert "Traceback" not in told.err
    written = b"".join(path.read_bytes() for path in Path("out").rglob("*") if path.is_file())
    assert KEY.encode() not in written + told.out.encode() + told.err.encode()


def test_a_bound_on_the_cost_wants_its_price(digit_tc: Any, here: Path) -> None:
    told = digit_tc("generate", "--config", config("mine.py:Echo"), "--max-cost", "1", "--out", "out")
    assert (told.code, "nobody knows what the model" in told.err) == (2, True)
    priced = config("mine.py:Echo", price=[1.0, 1.0])
    assert digit_tc("generate", "--config", priced, "--max-cost", "1", "--out", "out").code == 0
    assert spending("out")["cost"] > 0
