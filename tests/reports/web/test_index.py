from __future__ import annotations

from gradcheck.records.failures import blocks
from gradcheck.reports.web.failures import failure_cards
from gradcheck.reports.web.index import MOST, page_index


def test_it_leads_to_each_failure_by_its_cause(read, report, finding):
    reports = [report(finding("FAIL", diagnosis="the sign is flipped")), report(finding(), layer="tanh")]
    found = blocks(reports)
    page = read(page_index(found, reports))
    assert page.texts("a") == ["1 failure", "2 layers", "2 findings", "softmax · bprop · x"]
    assert page.texts("li") == ["softmax · bprop · x the sign is flipped"]
    places = [facts["href"] for facts, _ in page.all("a")]
    assert places == ["#failures", "#overview", "#findings", "#failure-1"]
    assert [facts["id"] for facts, _ in read(failure_cards(found)).all("details") if "id" in facts] == ["failure-1"]


def test_where_nothing_fails_it_names_no_failure(read, report, finding):
    page = read(page_index([], [report(finding())]))
    assert page.texts("a") == ["1 layer", "1 finding"]
    assert page.texts("li") == []


def test_of_very_many_it_counts_the_others(read, report, finding):
    reports = [report(finding("FAIL", layer=f"l{k}"), layer=f"l{k}") for k in range(MOST + 3)]
    page = read(page_index(blocks(reports), reports))
    assert len(page.texts("li")) == MOST + 1
    assert page.texts("li")[-1] == "and 3 more"
