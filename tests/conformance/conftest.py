"""Both adapters, each started once for all conformance tests."""

from collections.abc import Iterator

import pytest

from tests.conformance.adapter_process import PYTHON, TYPESCRIPT, AdapterProcess


@pytest.fixture(scope="session")
def python_adapter() -> Iterator[AdapterProcess]:
    with AdapterProcess(PYTHON) as adapter:
        yield adapter


@pytest.fixture(scope="session")
def typescript_adapter() -> Iterator[AdapterProcess]:
    with AdapterProcess(TYPESCRIPT) as adapter:
        yield adapter


@pytest.fixture(scope="session", params=["python", "typescript"])
def adapter(
    request: pytest.FixtureRequest, python_adapter: AdapterProcess, typescript_adapter: AdapterProcess
) -> AdapterProcess:
    """Each adapter in turn."""
    return python_adapter if request.param == "python" else typescript_adapter
