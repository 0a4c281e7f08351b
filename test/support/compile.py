"""Compile every Python file below a folder, with warnings as errors; prints what is wrong, a line each.

Files of the same text are compiled once.
"""

import sys
import warnings
from pathlib import Path

warnings.simplefilter("error")
texts = {}
for pattern in ("*.py", "*.pyi"):
    for path in Path(sys.argv[1]).rglob(pattern):
        texts.setdefault(path.read_text(encoding="utf-8"), path)
for text, path in texts.items():
    try:
        compile(text, str(path), "exec", dont_inherit=True)
    except (SyntaxError, Warning) as error:
        print(f"{path}: {error}")
