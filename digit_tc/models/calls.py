"""Calls of tools: asked for natively where a server has them, else as an answer of a shape."""

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from digit_tc.errors import EmptyReplyError, ModelError
from digit_tc.models.forms import Manner, Request, refuses
from digit_tc.models.offer import Offer, Step
from digit_tc.models.question import Question, Shaped
from digit_tc.models.reply import CalledTool, CallsAnswer, Said


async def called(
    question: Question, manner: Manner, messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]]
) -> CallsAnswer:
    """Returns the calls that a model makes, or what it says; see `Models.ask_calls`."""
    offer = Offer(tools)

    async def ask() -> CallsAnswer:
        way = _by_shape if manner.native is False else _natively
        return await way(question, manner, messages, offer)

    return await manner.first(manner.calling, lambda: manner.native is not None, ask)


async def _natively(question: Question, manner: Manner, messages: Sequence[BaseMessage], offer: "Offer") -> CallsAnswer:
    try:
        said = await question.send(messages, {"tools": offer.tools}, Request(tuple(messages), tools=offer.native()))
    except ModelError as error:
        if not refuses(error):
            raise
        manner.native = False
        return await _by_shape(question, manner, messages, offer)
    step = offer.step(said)
    if step is None:
        return await _by_shape(question, manner, messages, offer, again=True)
    if question.fresh:
        _learn(manner, said, step)
    if not step.calls and manner.native is None and _worth_asking(question, messages, offer):
        asked = await _by_shape(question, manner, messages, offer, again=True)
        manner.native = False if asked.calls else None
        return asked
    if not step.calls and said.ending == "length":
        raise question.cut_off()
    return _answer(question, step, said.text)


def _learn(manner: Manner, said: Said, step: Step) -> None:
    if said.calls:
        manner.native = True
    elif step.calls:  # it wrote its calls into the words
        manner.native = False


def _worth_asking(question: Question, messages: Sequence[BaseMessage], offer: "Offer") -> bool:
    """Says whether words alone leave open if the server has calls; what was not asked when it was kept stays so."""
    return question.fresh or question.knows(question.key(messages, tools=offer.tools, again=True))


async def _by_shape(
    question: Question, manner: Manner, messages: Sequence[BaseMessage], offer: "Offer", *, again: bool = False
) -> CallsAnswer:
    asked = {"tools": offer.tools, **({"again": True} if again else {})}
    step, text = await Shaped(question, manner, offer.shape(), offer.told()).answer(_flat(messages), **asked)
    return _answer(question, step, text)


def _answer(question: Question, step: Step, text: str) -> CallsAnswer:
    if not step.calls and not step.text:
        raise EmptyReplyError(f"the model of role {question.role!r} gave an empty reply", retryable=True)
    calls = tuple(CalledTool(name=call.name, arguments=call.arguments) for call in step.calls)
    return CallsAnswer(calls, step.text, question.reply(text))


def _flat(messages: Sequence[BaseMessage]) -> tuple[BaseMessage, ...]:
    """Returns messages for a server that knows no tools: calls and results as words, the roles alternating."""
    flat: list[BaseMessage] = []
    for message in messages:
        if isinstance(message, AIMessage) and message.tool_calls:
            calls = [{"name": call["name"], "arguments": call["args"]} for call in message.tool_calls]
            flat.append(AIMessage(json.dumps({"calls": calls, "text": str(message.text)}, ensure_ascii=False)))
        elif isinstance(message, ToolMessage):
            _say(flat, _result(message))
        else:
            flat.append(message)
    return tuple(flat)


def _result(message: ToolMessage) -> str:
    content = json.dumps(str(message.text), ensure_ascii=False).replace("</", "<\\/")
    return f"<result>\n{content}\n</result>"


def _say(flat: list[BaseMessage], words: str) -> None:
    if flat and isinstance(flat[-1], HumanMessage):
        flat[-1] = HumanMessage(f"{flat[-1].text}\n{words}")
    else:
        flat.append(HumanMessage(words))
