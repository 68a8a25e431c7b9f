"""Both clients ask a server the same and make the same of its answers, whatever it does."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from threading import Thread
from typing import Any, get_args

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from pydantic import BaseModel

from digit_tc.errors import ContextLengthError, EmptyReplyError, ModelError
from digit_tc.models import Models, ModelSettings, Reply
from digit_tc.models.settings import Client
from digit_tc.testing.rule import ChatRequest, Rule, Wit
from digit_tc.testing.server import HOST, ScriptedServer
from digit_tc.testing.tempers import Temper

KEY = "sk-a-key-that-nobody-may-see-0123456789"
CLIENTS: tuple[Client, ...] = get_args(Client)
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Looks.",
        "parameters": {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]},
    },
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("digit_tc.models.retries._FIRST", 0.01)


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Client:
    found: Client = request.param
    return found


class Line:
    """A server in a thread of this process, and the way to it."""

    def __init__(self, server: ScriptedServer) -> None:
        self._server = server
        self.address = f"http://{HOST}:{server.server_address[1]}/v1"

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The bodies of the requests so far."""
        return self._server.bodies

    def models(self, client: Client, **settings: Any) -> Models:
        chosen = {"model": "m", "base_url": self.address, "timeout": 5.0, "max_retries": 1, "client": client}
        return Models(default=ModelSettings.model_validate(chosen | settings))

    def ask(self, client: Client, text: str = "hello", **settings: Any) -> Reply:
        async def once() -> Reply:
            async with aclosing(self.models(client, **settings)) as models:
                return await models.ask("user", [HumanMessage(text)])

        return asyncio.run(once())

    def chat(self, client: Client, act: Callable[[BaseChatModel], Any], **settings: Any) -> Any:
        """Returns what comes of acting on the chat model itself."""

        async def once() -> Any:
            async with aclosing(self.models(client, **settings)) as models:
                return await act(models.chat("user"))

        return asyncio.run(once())


@contextmanager
def serving(rules: Sequence[Rule] = (), temper: Temper = "", wits: Sequence[Wit] = ()) -> Iterator[Line]:
    with ScriptedServer(0, rules, temper, wits) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Line(server)
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def plain() -> Iterator[Line]:
    with serving(temper="well-behaved", wits=[knowing]) as line:
        yield line


def knowing(request: ChatRequest) -> str | Rule | None:
    """Knows what is asked by its last words."""
    match request.text.rpartition("\n")[2]:
        case "call":
            return Rule(tool_calls=({"name": "look", "arguments": {"at": "sky", "deep": [1, {"a": None}]}},))
        case "judge":
            return '{"label": "good", "why": "it is"}'
        case "chatter":
            return "I had rather not."
        case "half":
            return Rule(reply='{"label": "go', finish_reason="length")
        case "number":
            return f"choice {request.sample}"
    return None


class Verdict(BaseModel):
    """What is thought of it."""

    label: str
    why: str = ""


HISTORY: list[BaseMessage] = [
    SystemMessage("Be brief."),
    HumanMessage("Look at the sky.", name="Ann"),
    AIMessage("", tool_calls=[{"name": "look", "args": {"at": "Zürich", "n": 1.5}, "id": "call_1"}]),
    ToolMessage('{"colour": "blue"}', tool_call_id="call_1"),
    AIMessage("It is blue."),
    HumanMessage(
        [{"type": "text", "text": "And this?"}, {"type": "image_url", "image_url": {"url": "data:image/png;x"}}]
    ),
]


def test_they_send_the_same(plain: Line) -> None:
    settings = {"temperature": 0.5, "top_p": 0.9, "seed": 7, "max_tokens": 99, "extra_body": {"min_p": 0.1}}

    async def every(chat: BaseChatModel) -> None:
        await chat.ainvoke(HISTORY)
        await chat.ainvoke("hello", stop=["."])
        await chat.ainvoke("hello", seed=8, logprobs=True)
        await chat.ainvoke("hello", extra_body={"min_p": 0.2, "response_format": {"type": "json_object"}})
        await chat.bind_tools([TOOL]).ainvoke("call")
        await chat.bind_tools([TOOL], tool_choice="look").ainvoke("call")
        await chat.bind_tools([TOOL], tool_choice="any", parallel_tool_calls=False).ainvoke("call")
        await chat.agenerate([[HumanMessage("number")]], n=3)

    sent = []
    for client in CLIENTS:
        before = len(plain.requests)
        plain.chat(client, every, **settings)
        sent.append(plain.requests[before:])
    assert len(sent[0]) == 8
    assert sent[0] == sent[1]
    assert sent[1][0]["messages"][2]["tool_calls"][0]["function"]["arguments"] == '{"at": "Zürich", "n": 1.5}'
    assert sent[1][1]["min_p"] == 0.1


def test_a_reply_comes_with_its_tokens_and_what_the_server_says_of_it(plain: Line, client: Client) -> None:
    reply: AIMessage = plain.chat(client, lambda chat: chat.ainvoke("judge", logprobs=True))
    assert reply.text == '{"label": "good", "why": "it is"}'
    assert reply.usage_metadata is not None
    assert (reply.usage_metadata["input_tokens"], reply.usage_metadata["output_tokens"]) == (2, 9)
    about = reply.response_metadata
    assert (about["finish_reason"], about["model_name"], about["token_usage"]["total_tokens"]) == ("stop", "m", 11)
    assert about["id"].startswith("chatcmpl-")
    assert all(token["logprob"] <= 0 for token in about["logprobs"]["content"])


def test_several_replies_come_from_one_request(plain: Line, client: Client) -> None:
    result = plain.chat(client, lambda chat: chat.agenerate([[HumanMessage("number")]], n=3))
    assert [one.text for one in result.generations[0]] == ["choice 0", "choice 1", "choice 2"]


def test_calls_of_tools_are_read(plain: Line, client: Client) -> None:
    reply: AIMessage = plain.chat(client, lambda chat: chat.bind_tools([TOOL]).ainvoke("call"))
    (call,) = reply.tool_calls
    assert (call["name"], call["args"]) == ("look", {"at": "sky", "deep": [1, {"a": None}]})
    assert reply.response_metadata["finish_reason"] == "tool_calls"
    assert not reply.invalid_tool_calls


@pytest.mark.parametrize("arguments", ['{"at": ', "now"])
def test_calls_that_cannot_be_read_are_kept_as_they_came(client: Client, arguments: str) -> None:
    with serving([Rule(tool_calls=({"name": "look", "arguments": arguments},))]) as line:
        reply: AIMessage = line.chat(client, lambda chat: chat.ainvoke("call"))
    assert not reply.tool_calls
    assert [(call["name"], call["args"]) for call in reply.invalid_tool_calls] == [("look", arguments)]


@pytest.mark.parametrize("method", ["json_schema", "json_mode", "function_calling"])
def test_answers_of_a_shape(plain: Line, client: Client, method: str) -> None:
    async def judged(chat: BaseChatModel) -> Any:
        return await chat.with_structured_output(Verdict, method=method).ainvoke("judge in JSON\njudge")

    if method == "function_calling":
        with serving([Rule(tool_calls=({"name": "Verdict", "arguments": {"label": "good", "why": "it is"}},))]) as line:
            found = line.chat(client, judged)
            assert line.requests[0]["tool_choice"] == {"type": "function", "function": {"name": "Verdict"}}
    else:
        found = plain.chat(client, judged)
    assert found == Verdict(label="good", why="it is")


def test_an_answer_of_another_shape_is_told_or_raised(plain: Line, client: Client) -> None:
    async def told(chat: BaseChatModel) -> Any:
        return await chat.with_structured_output(Verdict, method="json_mode", include_raw=True).ainvoke("JSON\nchatter")

    found = plain.chat(client, told)
    assert (found["parsed"], found["raw"].text) == (None, "I had rather not.")
    assert isinstance(found["parsing_error"], ValueError)


@pytest.mark.parametrize(
    ("rule", "retryable", "tries", "said"),
    [
        (Rule(status=429, retry_after=0.02, reply="slow down"), True, 2, "too busy (HTTP 429)"),
        (Rule(status=500, reply=f"crashed with {KEY}"), True, 2, "failed (HTTP 500)"),
        (Rule(status=503), True, 2, "failed (HTTP 503)"),
        (Rule(status=501), False, 1, "failed (HTTP 501)"),
        (Rule(fault="cut"), True, 2, "broke off the connection"),
        (Rule(fault="reset"), True, 2, "broke off the connection"),
        (Rule(fault="garbage"), True, 1, "cannot be read"),
        (Rule(fault="hollow"), True, 1, "cannot be read"),
        (Rule(status=401, reply=f"Incorrect key {KEY[:12]}"), False, 1, "refused the key (HTTP 401)"),
        (Rule(status=403, reply="no"), False, 1, "refused the key (HTTP 403)"),
        (Rule(status=429, code="insufficient_quota", reply="no"), False, 1, "quota is used up"),
        (Rule(status=400, reply=f"too long for Bearer {KEY}\nand more"), False, 1, "too long for [key] and"),
        (Rule(status=400, reply="the maximum context length is 8192 tokens"), False, 1, "a question this long"),
        (Rule(status=404, reply="no such model"), False, 1, "(HTTP 404): no such model"),
        (Rule(reply="half a sent", finish_reason="length"), True, 1, "raise max_tokens"),
        (Rule(finish_reason="content_filter"), False, 1, "content filter"),
        (Rule(reply="<think>what should I"), True, 1, "empty reply"),
        (Rule(reply=" \n"), True, 1, "empty reply"),
        (Rule(delay=30, reply="late"), True, 2, "did not answer in time"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_every_failure_is_ours_and_says_whether_to_try_again(
    client: Client, rule: Rule, retryable: bool, tries: int, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving([rule]) as line, caplog.at_level(logging.DEBUG), pytest.raises(ModelError) as caught:
        line.ask(client, timeout=0.1 if rule.delay else 5.0)
    error = caught.value
    assert said in str(error)
    assert "'user'" in str(error)
    assert (error.retryable, len(line.requests)) == (retryable, tries)
    assert KEY not in f"{error!r} {error} {caplog.text}"
    assert "uthorization: Bearer" not in caplog.text
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__, "a traceback would print the request"
    assert isinstance(error, ContextLengthError) == ("this long" in said)
    assert isinstance(error, EmptyReplyError) == ("empty" in said)


def test_a_fault_that_passes_is_not_seen_and_counted(client: Client) -> None:
    with serving([Rule(requests=(1,), status=429, retry_after=0.01), Rule(reply="fine")]) as line:

        async def once() -> None:
            async with aclosing(line.models(client)) as models:
                assert (await models.ask("user", [HumanMessage("hello")])).text == "fine"
                spent = models.ledger.of("user")
                assert (spent.calls, spent.requests, dict(spent.failures)) == (1, 2, {})
                (traffic,) = models.traffic()
                assert (traffic.address, traffic.pushed, traffic.in_flight) == (line.address, 1, 0)

        asyncio.run(once())


def test_a_server_that_is_not_there_is_a_failure_that_may_pass(client: Client) -> None:
    with serving() as line:
        pass
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        line.ask(client, max_retries=0)
    assert caught.value.retryable


def test_a_server_that_refuses_schemas_in_the_words_of_the_hosted_one_is_asked_in_another_form(client: Client) -> None:
    said = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model"
    with serving([Rule(requests=(1,), status=400, reply=said), Rule(reply='{"label": "blue"}')]) as line:

        async def once() -> Verdict:
            async with aclosing(line.models(client)) as models:
                return (await models.ask_for("user", [HumanMessage("hello")], Verdict)).value

        assert asyncio.run(once()).label == "blue"
        forms = [body.get("response_format", {}).get("type") for body in line.requests]
        assert forms == ["json_schema", "json_object"]


async def asked(models: Models, at: int) -> str:
    """Asks for calls or for a judgement; returns what became of it."""
    try:
        if at % 3 == 0:
            question = [HumanMessage(f"{at}\ncall")]
            return str(await models.ask_calls("assistant", question, [TOOL["function"]]))
        return str(await models.ask_for("critic", [HumanMessage(f"{at}\njudge")], Verdict))
    except ModelError as error:
        return str(error)


def every(line: Line, client: Client) -> list[str]:
    async def one_by_one() -> list[str]:
        async with aclosing(line.models(client)) as models:
            return [await asked(models, at) for at in range(12)]

    return asyncio.run(one_by_one())


@pytest.mark.parametrize("temper", ["well-behaved", "sloppy", "drifting", "failing"])
def test_they_make_the_same_of_every_temper(temper: Temper) -> None:
    outcomes = []
    for client in CLIENTS:
        with serving(temper=temper, wits=[knowing]) as line:
            outcomes.append((every(line, client), list(line.requests)))
    assert outcomes[0] == outcomes[1]
    assert len(set(outcomes[0][0])) > 1


def test_many_questions_at_once_share_a_gate(client: Client) -> None:
    with serving(temper="echo-user") as line:

        async def all_at_once() -> list[Reply]:
            async with aclosing(line.models(client)) as models:
                texts = [f'<values>\n["value {index}"]\n</values>' for index in range(40)]
                roles = ("user", "critic")
                asking = [models.ask(roles[at % 2], [HumanMessage(text)]) for at, text in enumerate(texts)]
                found = await asyncio.gather(*asking)
                assert len(models.traffic()) == 1
                return found

        replies = asyncio.run(all_at_once())
        assert len(line.requests) == 40
    assert all(f"value {index}." in reply.text for index, reply in enumerate(replies))


def test_models_serve_one_loop_after_the_other(plain: Line, client: Client) -> None:
    models = plain.models(client)

    async def once() -> str:
        async with aclosing(models):
            return (await models.ask("user", [HumanMessage("chatter")])).text

    assert [asyncio.run(once()), asyncio.run(once())] == ["I had rather not."] * 2


def test_a_question_that_is_broken_off_gives_its_place_back(client: Client) -> None:
    with serving([Rule(delay=30)]) as line:

        async def once() -> None:
            async with aclosing(line.models(client)) as models:
                task = asyncio.create_task(models.ask("user", [HumanMessage("hello")]))
                while not line.requests:
                    await asyncio.sleep(0.01)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert [(one.in_flight, one.waiting) for one in models.traffic()] == [(0, 0)]

        asyncio.run(once())
