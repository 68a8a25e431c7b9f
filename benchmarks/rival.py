"""data-designer on the requests of `benchmarks/engine.py`, run by the Python of an environment that has it.

    python benchmarks/rival.py --address URL --bodies FILE --in-flight N --folder DIR

Each record has three columns written by a model; the prompts are those that the engine asked, so the server gives the
same answers. It imports nothing of digit-tc. Output as of `benchmarks/contenders.py`.
"""

import argparse
import json
import logging
import time
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
from data_designer.interface import DataDesigner

COLUMNS = 3
"""Columns that a model writes, in each record."""
_WARMING = 8


def prompts(bodies: list[dict[str, Any]]) -> pd.DataFrame:
    """Returns the words of the requests, three in a row; what is left over is left out."""
    words = ["\n".join(message["content"] or "" for message in body["messages"]) for body in bodies]
    rows = [words[at : at + COLUMNS] for at in range(0, len(words) - COLUMNS + 1, COLUMNS)]
    return pd.DataFrame(rows, columns=[f"prompt_{at}" for at in range(COLUMNS)])


def made(designer: DataDesigner, seeds: pd.DataFrame, in_flight: int) -> None:
    """Makes a record of each row."""
    parameters = dd.ChatCompletionInferenceParams(max_parallel_requests=in_flight)
    model = dd.ModelConfig(alias="m", model="m", provider="loopback", inference_parameters=parameters)
    config = dd.DataDesignerConfigBuilder(model_configs=[model])
    config.with_seed_dataset(dd.DataFrameSeedSource(df=seeds))
    for at in range(COLUMNS):
        column = dd.LLMTextColumnConfig(name=f"said_{at}", model_alias="m", prompt="{{ prompt_%d }}" % at)  # noqa: UP031
        config.add_column(column)
    designer.create(config, num_records=len(seeds), dataset_name="said")


def main() -> None:
    """Runs it and prints what it came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", required=True)
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--in-flight", type=int, default=256)
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args()
    provider = dd.ModelProvider(name="loopback", endpoint=chosen.address, api_key="none")
    designer = DataDesigner(artifact_path=chosen.folder, model_providers=[provider])
    logging.disable(logging.INFO)
    seeds = prompts(json.loads(chosen.bodies.read_bytes()))
    made(designer, seeds.head(_WARMING), chosen.in_flight)
    began, spent = time.perf_counter(), time.process_time()
    made(designer, seeds, chosen.in_flight)
    measured = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - spent}
    print(json.dumps({"calls": len(seeds) * COLUMNS, **measured}))


if __name__ == "__main__":
    main()
