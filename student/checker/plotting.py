"""Pictures on request: what a question's public checks attach, in a window or in PNG files."""

from __future__ import annotations

import base64
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .outcome import CheckResult, Picture, QuestionResult

FOLDER = "plots"


@dataclass(frozen=True)
class Plate:
    """The pictures of one check, which are shown side by side.

    Attributes
    ----------
    name : str
        Question and check, for a file's name or a window's title.
    pictures : tuple of Picture
    """

    name: str
    pictures: tuple[Picture, ...]


def plates(result: QuestionResult) -> list[Plate]:
    """Return what there is to be seen of a question."""
    return [
        Plate(f"{result.name}-{check.name.replace('_', '-')}", check.pictures)
        for check in result.checks
        if check.pictures
    ]


def not_drawn(result: QuestionResult) -> Iterator[str]:
    """Say of which checks there is no picture, since it could not be drawn."""
    for check in result.checks:
        if check.detail.startswith("no picture"):
            yield f"{_words(check)}: {check.detail}."


def _words(check: CheckResult) -> str:
    return check.name.replace("_", " ")


def save(plates: list[Plate], folder: Path) -> list[Path]:
    """Write each plate as a PNG file into ``plots/`` and return the paths.

    Raises
    ------
    OSError
        When that is not possible.
    """
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    paths = []
    for plate in plates:
        path = target / f"{plate.name}.png"
        path.write_bytes(_together(plate))
        paths.append(path)
    return paths


def can_show() -> bool:
    """Say whether there is a screen that a window could be opened on, and a backend for it."""
    unix = sys.platform not in ("win32", "darwin")
    if unix and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        import matplotlib.pyplot as plt
        from matplotlib.backends.registry import backend_registry

        plt.switch_backend("")
        plt.close(plt.figure())  # a display that is named need not be there
        return backend_registry.resolve_backend(plt.get_backend())[1] is not None
    except Exception:  # whatever a window system says, files can be written
        return False


def show(plates: list[Plate]) -> None:
    """Open a window for each plate, and return when all are closed."""
    import matplotlib.pyplot as plt

    for plate in plates:
        image = _pixels(_together(plate))
        height, width = image.shape[:2]
        figure = plt.figure(plate.name, figsize=(width / 100, height / 100), dpi=100)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.imshow(image)
        axes.set_axis_off()
    plt.show()


def _together(plate: Plate) -> bytes:
    """Return one PNG with the pictures of a plate beside each other."""
    data = [base64.b64decode(picture.png) for picture in plate.pictures]
    if len(data) == 1:
        return data[0]
    import matplotlib.image
    import numpy as np

    images = [_pixels(png) for png in data]
    height = max(image.shape[0] for image in images)
    padded = [
        np.pad(image, ((0, height - image.shape[0]), (0, 0), (0, 0)), constant_values=1.0)
        for image in images
    ]
    written = io.BytesIO()
    matplotlib.image.imsave(written, np.hstack(padded), format="png")
    return written.getvalue()


def _pixels(png: bytes) -> Any:
    """Return a PNG as floats, (H, W, 4)."""
    import matplotlib.image
    import numpy as np

    image = np.asarray(matplotlib.image.imread(io.BytesIO(png), format="png"))
    if image.shape[2] == 3:
        image = np.dstack([image, np.ones(image.shape[:2])])
    return image
