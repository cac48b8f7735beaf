"""What is said on machines where the sandbox is not to be had."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograder.checker.contract import Limits
from autograder.errors import IsolationError
from autograder.sandbox.host import SandboxHost

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux")


def test_a_machine_without_bubblewrap_is_told_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(IsolationError, match="apt-get install bubblewrap") as caught:
        SandboxHost(Limits())

    assert "--isolation limits" in str(caught.value)


def test_what_bubblewrap_says_is_passed_on_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = "bwrap: No permissions to create new namespace"
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(IsolationError, match=words) as caught:
        SandboxHost(Limits())

    for advice in ("unprivileged_userns_clone", "apparmor_restrict", "--isolation limits"):
        assert advice in str(caught.value)
