"""I name one kind of thing, found by its name; a name can be taken once."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules


class NameTaken(ValueError):
    """Two things claimed one name."""


class Registry[T]:
    """A named set that fills itself: siblings of `package` register when first asked for.

    >>> rules: Registry[Callable] = Registry("armor rule", "armor.rules")
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self.package = package
        self._things: dict[str, T] = {}
        self._loaded = False

    def register[U](self, name: str, thing: U) -> U:
        if name in self._things:
            raise NameTaken(f"The {self.kind} name {name!r} is already taken by {self._things[name]!r}.")
        self._things[name] = thing  # type: ignore[assignment]
        return thing

    def named[U](self, name: str) -> Callable[[U], U]:
        return lambda thing: self.register(name, thing)

    def load(self) -> None:
        """Import every module of the package once, so that it can register itself."""
        if self._loaded:
            return
        package = import_module(self.package)
        for module in iter_modules(package.__path__):
            import_module(f"{self.package}.{module.name}")
        self._loaded = True

    def __getitem__(self, name: str) -> T:
        self.load()
        return self._things[name]

    def __contains__(self, name: object) -> bool:
        self.load()
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        self.load()
        return iter(self._things)

    def __len__(self) -> int:
        self.load()
        return len(self._things)

    def items(self) -> list[tuple[str, T]]:
        self.load()
        return list(self._things.items())

    def values(self) -> list[T]:
        self.load()
        return list(self._things.values())
