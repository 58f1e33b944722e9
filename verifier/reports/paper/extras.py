"""The formats that are files and no text, and the libraries that make them, which not every installation has."""

from __future__ import annotations

from importlib.util import find_spec
from types import MappingProxyType
from typing import Final

from verifier.records import dataclass


@dataclass(frozen=True, slots=True)
class Extra:
    """A library: its module, its distribution, and the extra of this tool that brings it."""

    module: str
    distribution: str
    extra: str

    @property
    def installed(self) -> bool:
        """Whether it can be used here."""
        return find_spec(self.module) is not None


FILES: Final = MappingProxyType({"pdf": Extra("typst", "typst", "pdf"), "docx": Extra("docx", "python-docx", "word")})
