"""When things come into being and cease: new ids are fresh, known ids are found, what was deleted stays away."""

from collections import Counter
from collections.abc import Iterator

from digit_tc.audit.finding import Hit
from digit_tc.audit.seen import SeenCall, by_name
from digit_tc.audit.sighting import Thing, mentions


class Lives:
    """Remembers which things results showed, and which calls deleted."""

    def __init__(self) -> None:
        self._known: dict[Thing, int] = {}
        self._deleted: dict[Thing, int] = {}
        self._moved = -1
        """The last call after which somebody else may be asking."""

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Compares the ids of a call and its result with those known."""
        if call.moves:
            self._moved = call.step
            self._deleted = {thing: step for thing, step in self._deleted.items() if not by_name(thing)}
        yield from self._new(call, applied)
        if call.failed:
            yield from self._refused(call, applied)
            return
        yield from self._gone(call, applied)
        for sighting in call.shows:
            if not call.natural or sighting.thing != call.subject:
                self._known[sighting.thing] = call.step
        for thing in mentions(call.result):
            self._known.setdefault(thing, call.step)
        effect = call.effect
        if effect and effect.removes and call.subject:
            self._deleted[call.subject] = call.step
            self._known.pop(call.subject, None)

    def _new(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        made = call.made
        if made is None:
            return
        applied["id_reissued"] += 1
        held = self._known.get(made.thing, self._deleted.get(made.thing))
        if held is not None:
            told = f"the new {made.thing[0]} has the id {made.thing[1]}, which one had at step {held} already"
            yield Hit("id_reissued", made.pointer, told)

    def _refused(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """A thing that was shown and not deleted is found: said only where the error can mean nothing else."""
        if call.transient or call.natural or call.subject not in self._known:
            return
        if call.not_found and call.named != (call.subject,):
            return  # it may be another of the things that were named
        step = self._known[call.subject]
        code = "id_not_found" if step > self._moved else "id_hidden"
        applied[code] += 1
        if call.not_found:
            yield Hit(code, "/result", f"{' '.join(call.subject)} was shown at step {step} and never deleted")

    def _gone(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        if call.subject and call.subject in self._known and not call.natural:
            applied["id_not_found"] += 1
        if not call.looks:
            for thing in [thing for thing in self._deleted if thing[1] in call.words and not _removes(call)]:
                if call.natural or call.made or call.effect is None or call.effect.kind == "create":
                    del self._deleted[thing]  # a new one may have the name of an old one
        if call.subject and call.subject in self._deleted and not _removes(call):
            applied["deleted_shown"] += 1
            step = self._deleted[call.subject]
            yield Hit("deleted_shown", "/result", f"{' '.join(call.subject)} was deleted at step {step}")
            return
        shown = [sighting for sighting in call.shows if call.looks and (sighting.listed or not sighting.within)]
        listed = {sighting.thing[0] for sighting in shown}
        applied["deleted_shown"] += sum(thing[0] in listed for thing in self._deleted)
        for sighting in shown:
            if sighting.thing in self._deleted:
                step = self._deleted[sighting.thing]
                yield Hit("deleted_shown", sighting.pointer, f"{' '.join(sighting.thing)} was deleted at step {step}")


def _removes(call: SeenCall) -> bool:
    return call.effect is not None and call.effect.removes
