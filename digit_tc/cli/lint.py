"""The verb `tools lint`: what is wrong with a catalogue, and the catalogue mended."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digit_tc.cli.text import width, wrapped
from digit_tc.cli.writing import write
from digit_tc.errors import CatalogueError, SettingsError
from digit_tc.importing import load_object
from digit_tc.loading import SPECIFY
from digit_tc.models import Answer, Models, ModelSettings
from digit_tc.models.replies import NAME, Replies
from digit_tc.records import Severity
from digit_tc.tools.cache import folder
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.inference.asking import Answers, Specifier, asked
from digit_tc.tools.inference.completion import completed, rules_of
from digit_tc.tools.inference.proposal import Proposal
from digit_tc.tools.linting.finding import Finding, unreadable
from digit_tc.tools.linting.lint import lint as findings_of
from digit_tc.tools.linting.lint import widened
from digit_tc.tools.reading import Aside
from digit_tc.tools.samples import sample_catalogue
from digit_tc.tools.sources import read_sources

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_GRAVE: tuple[Severity, ...] = ("error", "warning", "info")
_ROLE = "specifier"


def lint(paths: Sequence[str], *, fix: Path | None, as_json: bool, model: Mapping[str, Any]) -> int:
    """Prints every finding and the counts; writes the mended catalogue where that is asked for.

    Returns:
        1 where something cannot be used as a tool, else 0.

    Raises:
        InputError: Nothing can be read at all, the file cannot be written, or the model cannot be used.
        ModelError: The model cannot be asked.
    """
    settings = _model(model, fix)
    aside = Aside(refused=[])
    read = read_sources(paths, aside=aside) if paths else sample_catalogue()
    if not len(read) and all(error.code == "file-unreadable" for error in aside.refused or ()):
        raise (aside.refused or [CatalogueError("there are no tools here; name a file or folder with tools")])[0]
    said, answers = asyncio.run(_asked(read, settings)) if settings else (read, None)
    whole = completed(said)
    findings = [*map(unreadable, aside.refused or ()), *findings_of(whole)]
    if as_json:
        print(json.dumps(_json(whole, findings, answers), ensure_ascii=False, indent=2))
    else:
        findings.sort(key=lambda finding: _GRAVE.index(finding.severity))
        print("".join(f"{finding}\n" for finding in findings), end="")  # a line each, for grep and editors
        columns = width()
        for line in (*_counts(whole, findings), *_said(answers)):
            print("\n".join(wrapped(line, columns)))
    for sentence in read.skipped:
        print(f"skipped {sentence}", file=sys.stderr)
    if fix is not None:
        _write(fix, whole, left_out=len(aside.refused or ()))
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def _model(flags: Mapping[str, Any], fix: Path | None) -> ModelSettings | None:
    if not flags:
        return None
    if fix is None:
        raise SettingsError("a model is asked for the mended catalogue; add --fix OUT, or leave --model out")
    if "base_url" in flags and "model" not in flags:
        raise SettingsError("--base-url needs the name of a model there; add --model NAME")
    try:
        return ModelSettings.model_validate({**flags, "temperature": 0})
    except ValueError as error:
        raise SettingsError(f"--model, --base-url and --local-model: {_reason(error)}") from error


def _reason(error: ValueError) -> str:
    return str(getattr(error, "errors", lambda **_: [{"msg": error}])(include_url=False)[0]["msg"])


async def _asked(catalogue: Catalogue, settings: ModelSettings) -> tuple[Catalogue, Answers]:
    with closing(_replies()) as replies, closing(Models({_ROLE: settings}, replies=replies)) as models:
        models.chat(_ROLE)  # a missing key is said before any work

        async def ask(question: "list[BaseMessage]") -> Answer[Proposal]:
            return await models.ask_for(_ROLE, question, Proposal)

        try:
            return await asked(catalogue, Specifier(load_object(SPECIFY), ask))
        finally:
            await models.aclose()


def _replies() -> Replies:
    """Returns the replies that the cache holds; none where there can be no cache."""
    place = folder()
    if place is None:
        return Replies()
    try:
        place.mkdir(parents=True, exist_ok=True)
        return Replies(place / NAME)
    except (OSError, SettingsError):
        return Replies()


def _write(out: Path, catalogue: Catalogue, *, left_out: int) -> None:
    rows = (json.dumps(widened(tool).model_dump(mode="json"), ensure_ascii=False) for tool in catalogue)
    lines = (f"{',' if at else '['}\n{row}" for at, row in enumerate(rows))
    write(out, chain(lines, ["\n]\n"] if len(catalogue) else ["[]\n"]), flag="--fix")
    lost = f"; {left_out} that cannot be read are not in it" if left_out else ""
    print(f"{len(catalogue)} tools, mended, in {out}{lost}", file=sys.stderr)


def _json(catalogue: Catalogue, findings: list[Finding], answers: Answers | None) -> dict[str, object]:
    model = {} if answers is None else {"model": {"asked": answers.asked, "known": answers.known, **_problems(answers)}}
    return {
        "tools": len(catalogue),
        "counts": dict(sorted(Counter(finding.code for finding in findings).items())),
        "inferred": rules_of(catalogue),
        "findings": [finding.model_dump(mode="json") for finding in findings],
        "skipped": list(catalogue.skipped),
        **model,
    }


def _problems(answers: Answers) -> dict[str, object]:
    return {"problems": {name: list(said) for name, said in sorted(answers.problems.items())}}


def _counts(catalogue: Catalogue, findings: list[Finding]) -> Iterator[str]:
    severities = Counter(finding.severity for finding in findings)
    codes = Counter((finding.code, finding.severity) for finding in findings)
    if findings:
        yield ""
    for (code, severity), count in sorted(codes.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:>6} x {code} ({severity})"
    if rules := rules_of(catalogue):
        yield f"inferred: {', '.join(f'{count} by {rule}' for rule, count in rules.items())}"
    told = ", ".join(f"{severities[name]} {name}" for name in _GRAVE)
    yield f"{len(catalogue)} tool{'' if len(catalogue) == 1 else 's'}: {told}"


def _said(answers: Answers | None) -> Iterator[str]:
    if answers is None:
        return
    yield f"the model was asked about {answers.asked} tools; the replies about {answers.known} were known"
    for name, problems in sorted(answers.problems.items()):
        yield f"  {name}: {'; '.join(problems)}; left to the rules"
