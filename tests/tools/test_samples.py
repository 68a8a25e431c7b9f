"""The packaged tools can be read and need no mending."""

import pytest

from digit_tc.errors import CatalogueError
from digit_tc.tools.samples import read_sample, sample_catalogue, sample_names


def test_all_samples_are_one_catalogue() -> None:
    names = sample_names()
    assert names == sorted(names)
    assert "travel" in names
    catalogue = sample_catalogue()
    assert len(catalogue) == sum(len(read_sample(name)) for name in names)
    assert {tool.namespace for tool in catalogue} == set(names)
    assert {tool.source.file for tool in catalogue} == {f"sample:{name}" for name in names}


def test_samples_need_no_mending_and_say_what_comes_back() -> None:
    for tool in sample_catalogue():
        assert tool.fixes == ()
        assert tool.description
        assert tool.output_schema


def test_an_unknown_sample_names_those_there_are() -> None:
    with pytest.raises(CatalogueError, match="travel"):
        read_sample("nowhere")
