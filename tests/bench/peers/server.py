"""A built peer behind the product's own code for files, and nothing else."""

import os
from pathlib import Path

from backend.foundation.static_files import StaticFiles, load_directory

application = StaticFiles(load_directory(Path(os.environ["PEER_FOLDER"])))
