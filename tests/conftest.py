"""Makes the harness's fixtures known to every suite."""

from hypothesis import settings

pytest_plugins = ["tests.harness.fixtures"]

# How long an example takes says how busy the machine is; what is to be quick is measured by `make bench`.
settings.register_profile("zhangban", deadline=None)
settings.load_profile("zhangban")
