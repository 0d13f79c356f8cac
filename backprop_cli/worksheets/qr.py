"""The QR code of a variant, which a scanned hand-in is known by."""

from __future__ import annotations

from io import BytesIO

from backprop_cli.documents.model import Logo

PREFIX = "backprop:"
_SCALE = 6  # pixels of a module


def is_installed() -> bool:
    """Whether QR codes can be made."""
    try:
        import segno
    except ImportError:
        return False
    return bool(segno)


def qr_code(variant: str) -> Logo | None:
    """A picture of the text `backprop:K7Q-2M9`; None where segno is not installed."""
    if not is_installed():
        return None
    import segno

    out = BytesIO()
    segno.make(PREFIX + variant, error="m", micro=False).save(out, kind="png", scale=_SCALE, border=2)
    return Logo(out.getvalue(), "png", f"{variant}.png")
