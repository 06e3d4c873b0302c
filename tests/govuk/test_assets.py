import json
import re

import pytest

from govuk import assets as module
from govuk.assets import ROOT, AssetsError, strip_css, strip_js


def test_fonts_and_crest_are_taken_out_and_the_rest_stays():
    css = (
        '@charset "UTF-8";@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}'
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}.b{font-family:GDS Transport}"
        '.govuk-footer__copyright-logo:before{content:"";background-image:url(/assets/images/govuk-crest.svg)}'
        ".c{color:blue}/*# sourceMappingURL=x.css.map */"
    )
    assert strip_css(css) == (
        '@charset "UTF-8";.a{font-family:arial,sans-serif;color:red}.b{font-family:arial,sans-serif}.c{color:blue}'
    )


@pytest.mark.parametrize("left", [".x{background:url(/assets/new.svg)}", ".x{src:local('GDS Transport')}"])
def test_style_sheet_with_unknown_leftovers_is_refused(left):
    with pytest.raises(AssetsError, match="still names"):
        strip_css(left)


def test_script_loses_its_source_map():
    assert strip_js("export{a};\n//# sourceMappingURL=x.js.map") == "export{a};\n"


def test_fetched_style_sheet_names_nothing_of_gov_uk_alone(assets):
    css = (assets / "govuk-frontend.min.css").read_text(encoding="utf-8")
    assert re.findall(r"@font-face|GDS Transport|crest|url\(|sourceMappingURL", css) == []
    assert css.count("{") == css.count("}")
    assert ".govuk-task-list__item" in css


def test_lock_file_holds_a_digest_and_no_registry_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert list(packages) == ["node_modules/govuk-frontend"]
    assert packages["node_modules/govuk-frontend"]["integrity"].startswith("sha512-")
    assert "http" not in json.dumps(lock)


def test_fetch_that_fails_says_so_in_a_line(monkeypatch, capsys):
    def refuse(*, force):
        raise AssetsError("npm ci failed: no network")

    monkeypatch.setattr(module, "fetch", refuse)
    assert module.main() == 1
    assert capsys.readouterr().err == "The style of the pages could not be fetched: npm ci failed: no network\n"
