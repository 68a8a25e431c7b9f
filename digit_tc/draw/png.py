"""PNG pictures, made of SVG ones; the renderer and its font come with the extra `draw`."""

from importlib.resources import files

from digit_tc.errors import InputError


def png(svg: str, zoom: float) -> bytes:
    """Returns an SVG document as a PNG file.

    Its letters are those of the font that comes along, so that it is the same on every machine and needs no fonts of
    the system; these are asked only for letters that it lacks.

    Raises:
        InputError: The extra `draw` is not installed.
    """
    try:
        import resvg_py  # noqa: PLC0415 - of an extra

        folder = files("font_lato") / "files"
    except ImportError as error:
        raise InputError(
            "PNG pictures need the extra draw: pip install 'digit-tc[draw]', or take --format svg"
        ) from error
    fonts = [str(folder / f"Lato-{weight}.ttf") for weight in ("Regular", "Bold")]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=zoom, font_files=fonts, style_sheet="svg { font-family: Lato, sans-serif }"
        )
    )
