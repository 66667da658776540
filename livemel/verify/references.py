"""The table of references. Adding one is adding it to its module."""

from collections.abc import Iterable

from livemel.verify import (
    by_audio_utils,
    by_kaldi,
    by_librosa,
    by_single_modules,
    by_torch,
    by_transformers,
)
from livemel.verify.reference import Reference

# Of one row, what needs fewest packages stands first, and whole code before parts: it is what a
# person is told to install.
REFERENCES: tuple[Reference, ...] = tuple(
    sorted(
        (
            *by_librosa.REFERENCES,
            *by_kaldi.REFERENCES,
            *by_transformers.REFERENCES,
            *by_single_modules.REFERENCES,
            *by_audio_utils.REFERENCES,
            *by_torch.REFERENCES,
        ),
        key=lambda reference: (len(reference.packages), reference.parts),
    )
)


def references_of(row: str) -> tuple[Reference, ...]:
    """The references of the row of that name; none where its source was only read."""
    return tuple(reference for reference in REFERENCES if reference.row == row)


def not_installed(rows: Iterable[str]) -> list[str]:
    """The packages that these rows could be compared with as well."""
    missing = (reference.missing for row in rows for reference in references_of(row))
    return sorted({package for packages in missing for package in packages})
