"""Makes the harness's fixtures known to every suite."""

pytest_plugins = ["tests.harness.fixtures"]
