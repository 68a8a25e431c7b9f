"""The bench plants what it says, the audit notices it, and our own backend gives it nothing to notice."""

from itertools import islice

import pytest

from digit_tc.audit.auditing import Auditor
from digit_tc.audit.bench import Sample, measure, walks
from digit_tc.audit.defects import PLANTERS
from digit_tc.audit.walk import walk
from digit_tc.tools.samples import read_sample, sample_names


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(walks(seed=1))


def test_a_walk_over_our_backend_contradicts_nothing(samples: list[Sample]) -> None:
    auditor = Auditor()
    audits = [auditor.audit(sample.trace, recorded=False) for sample in samples]
    assert [finding for audit in audits for finding in audit.findings if finding.severity == "error"] == []
    assert sum(audit.applied["repeated_read"] for audit in audits) > 50
    assert sum(audit.applied["read_after_write"] for audit in audits) > 20


@pytest.mark.parametrize("name", PLANTERS)
def test_each_planted_defect_is_one_altered_step(name: str, samples: list[Sample]) -> None:
    planted = 0
    for sample in samples:
        for spoilt in islice(PLANTERS[name](sample.trace), 2):
            differ = [
                at for at, pair in enumerate(zip(sample.trace.steps, spoilt.steps, strict=True)) if pair[0] != pair[1]
            ]
            assert len(differ) == 1
            planted += 1
    assert planted >= 5


@pytest.mark.parametrize(
    "part", [slice(1, None, 2), pytest.param(slice(None), marks=pytest.mark.long)], ids=["half", "all"]
)
def test_the_audit_notices_more_than_nine_in_ten_of_every_kind(samples: list[Sample], part: slice) -> None:
    measured = measure(samples[part])
    assert measured.conversations == len(samples[part])
    assert measured.alarmed == 0
    assert {name: row.recall for name, row in measured.rows.items() if (row.recall or 0) <= 0.9} == {}


def test_the_bench_measures_and_does_not_assume(samples: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLANTERS, "id_swapped", lambda trace: iter([trace]))
    assert measure(samples[:2]).rows["id_swapped"].recall == 0.0


def test_a_walk_repeats(samples: list[Sample]) -> None:
    name = sample_names()[0]
    again = walk(read_sample(name), 1, 40).trace(f"{name}-0")
    assert again == samples[0].trace
