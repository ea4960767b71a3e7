from __future__ import annotations

from gradcheck.reports.web.findings import finding_table


def test_each_finding_is_a_row_and_the_worst_come_first(read, report, finding):
    found = (
        finding(max_rel=1e-15, floor=1e-13),
        finding(
            "FAIL", strategy="ties", scale=1e3, max_abs=2.0, worst="x[2]", sentence="so far off", notes=("sampled",)
        ),
    )
    page = read(finding_table([report(*found)]))
    heads = ["verdict", "layer", "check", "input", "strategy", "scale", "max abs", "max rel", "floor"]
    assert page.texts("th") == [*heads, "worst entry", "what was found"]
    cells = page.texts("td")
    assert cells[:11] == [
        *("FAIL", "softmax", "bprop", "x", "ties", "1e3", "2.0e+00", "-", "-", "x[2]", "so far off; sampled")
    ]
    assert cells[11:] == [*("PASS", "softmax", "bprop", "x", "normal", "1", "-", "1.0e-15", "1.0e-13", "", "")]


def test_what_differs_between_cases_has_a_column(read, report, finding):
    found = (finding(), finding(sizes=(("n", 3),), dtype="float32", seed=2))
    page = read(finding_table([report(*found)]))
    assert {"size", "dtype", "seed"} <= set(page.texts("th"))
    assert {"n=3", "f32", "2"} <= set(page.texts("td"))


def test_the_diagnosis_stands_for_the_sentence(read, report, finding):
    page = read(finding_table([report(finding("FAIL", sentence="off", diagnosis="the sign is flipped"))]))
    assert page.texts("td")[-1] == "the sign is flipped"


def test_what_passed_is_folded_away_at_first(read, report, finding):
    page = read(finding_table([report(finding(), finding("FAIL"), finding("UNDEFINED"))]))
    boxes = {facts["value"]: "checked" in facts for facts, _ in page.all("input") if facts["type"] == "checkbox"}
    assert boxes == {"PASS": False, "UNDEFINED": True, "FAIL": True}


def test_where_all_passed_it_is_shown(read, report, finding):
    page = read(finding_table([report(finding())]))
    assert [("checked" in facts) for facts, _ in page.all("input") if facts["type"] == "checkbox"] == [True]
