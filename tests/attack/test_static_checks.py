"""`make check` finds a planted secret and a planted weakness, and nothing in the product."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.api.conftest import ROOT

BIN = ROOT / ".venv" / "bin"
HOOK = [str(BIN / "detect-secrets-hook"), "--baseline", str(ROOT / ".secrets.baseline")]
BANDIT = [str(BIN / "bandit"), "--quiet", "--configfile", str(ROOT / "pyproject.toml"), "--recursive"]

# Put together here, so that this file itself holds none.
PLANTED = {
    "an access key": "key = '" + "AKIA" + "Q3EGRVBW7XN2KTLM'",
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a token": "token = 'gh" + "p_" + "b8Kq2ZxW9vR4nT6yU1mC3sD5fG7hJ0aLpQeE'",
    "a password in an address": "url = 'postgresql://city:" + "Tr0ub4dor-and-3" + "@db/zhangban'",
    "a secret": "api_secret = '" + "s3cr3t-Zq8w7e6r5t4y'",
}


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("name", PLANTED)
def test_a_new_secret_fails_the_check(tmp_path: Path, name: str) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(f"{PLANTED[name]}\n", encoding="utf-8")
    found = run([*HOOK, str(planted)], ROOT)
    assert found.returncode == 1, found.stdout
    assert "planted.py" in found.stdout


@pytest.mark.parametrize(
    "weakness",
    [
        "import pickle\nvalue = pickle.loads(given)\n",
        "import subprocess\nsubprocess.run(given, shell=True)\n",
        "import yaml\nvalue = yaml.load(given)\n",
        "import hashlib\nvalue = hashlib.md5(given)\n",
        "value = eval(given)\n",
        "import random\ntoken = random.random()\n",
    ],
)
def test_a_new_weakness_fails_the_check(tmp_path: Path, weakness: str) -> None:
    (tmp_path / "planted.py").write_text(weakness, encoding="utf-8")
    assert run([*BANDIT, str(tmp_path)], ROOT).returncode == 1


def test_no_file_is_spared_by_name_and_no_rule_but_the_one_that_ruff_has_too() -> None:
    import tomllib

    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert config["bandit"] == {"exclude_dirs": [], "skips": ["B608"]}
    assert "S" in config["ruff"]["lint"]["select"]
    assert not [rule for rule in config["ruff"]["lint"]["ignore"] if rule.startswith("S")]


def test_the_check_runs_both() -> None:
    text = (ROOT / "scripts" / "check").read_text(encoding="utf-8")
    assert "scripts/secret-scan" in text
    assert "bandit" in text
