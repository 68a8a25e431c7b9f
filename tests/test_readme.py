"""What the README shows works as it stands there."""

import json
import re
import subprocess
import sys
from pathlib import Path

from digit_tc.cli import run

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_it_begins_with_the_two_commands_and_is_short() -> None:
    commands = re.findall(r"^    (\S.*)$", TEXT, re.MULTILINE)
    assert commands[:2] == ["pip install -e . && digit-tc generate", "pip install -e '.[test]' && pytest"]
    assert len(TEXT.splitlines()) < 200


def test_the_program_runs() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAMS[0]], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert {"user:", "call:", "assistant:"} <= {line.split()[0] for line in result.stdout.splitlines() if line}


def test_the_role_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / "roles.py").write_text(PROGRAMS[1], encoding="utf-8")
    roles = ["--role", f"user={tmp_path / 'roles.py'}:FormalUser", "--role", "user.greeting=Good day,"]
    assert run(["generate", "--num", "3", "--turns", "1-1", *roles, "--out", str(tmp_path / "out")]) == 0
    lines = (tmp_path / "out" / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines
    assert all(json.loads(line)["turns"][0]["user"].startswith("Good day, ") for line in lines)


def test_every_folder_in_the_table_is_there() -> None:
    folders = re.findall(r"^\| `(\w+)/` \|", TEXT, re.MULTILINE)
    assert {"graphs", "nodes", "prompts", "digit_tc", "tests"} <= set(folders)
    assert all((ROOT / folder).is_dir() for folder in folders)
