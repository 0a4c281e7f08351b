"""What a template from outside may use: time, steps, text, data.

The time is that of the rendering thread on a processor. Reading it needs no signal, so it works in
every thread, and a busy machine refuses nobody. It is read between steps: what one step can cost
is bounded by the sizes below, and no filter with an argument and no method is there to exceed them.
"""

import io
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from functools import wraps
from typing import Any

MAX_SECONDS = 0.5  # of a processor, for reading the template and rendering it
MAX_SOURCE = 20_000  # characters
MAX_NODES = 2_000  # of the syntax tree: compiling costs about 0.1 ms for each
MAX_DEPTH = 50  # of the syntax tree: deeper ones exhaust the stack of Python's compiler
MAX_DATA = 100_000  # characters and entries of the data together: bounds a comparison
MAX_OUTPUT = 200_000  # characters, also of what a single filter returns
MAX_STEPS = 10_000  # of all loops together, so that nesting them gains nothing
PLAIN = (str, int, float, bool, type(None))


class RefusedTemplateError(ValueError):
    """A template that is not rendered; the message says why, without any value of the data."""


class Meter:
    """Counts for one rendering."""

    def __init__(self) -> None:
        self.until = time.thread_time() + MAX_SECONDS
        self.steps = 0
        self.data = 0

    def check(self, value: Any = None) -> Any:
        """Pass a value on while there is time left."""
        if time.thread_time() > self.until:
            raise RefusedTemplateError("the template takes too long")
        return value

    def each(self, items: Iterable[Any]) -> Iterator[Any]:
        """Yield the items of a loop while there are steps left."""
        for item in items:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise RefusedTemplateError("the loops of the template take too many steps")
            yield self.check(item)

    def bounded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a filter that needs time left, and whose result is not too long."""

        @wraps(function)
        def call(*args: Any) -> Any:
            self.check()
            result = function(*args)
            # |e|title|e|title... makes a text longer each time.
            if isinstance(result, str) and len(result) > MAX_OUTPUT:
                raise RefusedTemplateError("a filter makes too much text")
            return result

        return call

    def plain(self, value: Any) -> Any:
        """Return a copy of plain data; an object would bring its methods along."""
        self.data += 1 + (len(value) if isinstance(value, str) else 0)
        if self.data > MAX_DATA:
            raise RefusedTemplateError("the data is too large")
        if isinstance(value, Mapping):
            return {self.plain(key): self.plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(item) for item in value]
        if type(value) not in PLAIN:
            raise RefusedTemplateError(f"{type(value).__name__} is no plain data")
        return value

    def text(self, chunks: Iterable[str]) -> str:
        """Return what is rendered while there are room and time left."""
        text = io.StringIO()
        for chunk in chunks:
            text.write(self.check(chunk))
            if text.tell() > MAX_OUTPUT:
                raise RefusedTemplateError("the template makes too much text")
        return text.getvalue()
