from datetime import date

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator

from govuk.charts import day_strip, meter, stacked_bar
from govuk.components import STATES, tag
from tests.govuk.gallery import strip_days
from tests.govuk.markup import parse, select

EVIL = '<script>"'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% govuk_tag "late" %}', '<strong class="govuk-tag govuk-tag--late">Late</strong>'),
        ('{% govuk_tag "due_today" %}', '<strong class="govuk-tag govuk-tag--orange">Due today</strong>'),
        ('{% govuk_tag "tbc" %}', '<strong class="govuk-tag govuk-tag--purple">Owner tbc</strong>'),
        (
            '{% govuk_tag "due" text="Due in 3 days" colour="teal" %}',
            '<strong class="govuk-tag govuk-tag--teal">Due in 3 days</strong>',
        ),
        ('{% govuk_tag "on hold" %}', '<strong class="govuk-tag govuk-tag--grey">On hold</strong>'),
        ("{% govuk_tag evil %}", '<strong class="govuk-tag govuk-tag--grey">&lt;script&gt;&quot;</strong>'),
        (
            "{% govuk_inset %}Take <b>care</b>{% endgovuk_inset %}",
            '<div class="govuk-inset-text">Take <b>care</b></div>',
        ),
        ("{{ day|long_date }} {{ day|weekday_date }}", "18 April 2011 Monday 18 April 2011"),
        ("{{ 1258291|file_size }}", "1.2 MB"),
    ],
)
def test_tag_renders(render, source, expected):
    assert render(source, evil=EVIL, day=date(2011, 4, 18)).strip() == expected


def test_no_state_is_told_by_colour_alone():
    words = [parse(tag(state)).text_content() for state in STATES]
    assert len(set(words)) == len(STATES)
    assert "" not in words


def test_task_ties_hint_and_status_to_its_link(render):
    tree = parse(
        render("{% govuk_task title href='/x' hint=evil status='Late' identifier='t' %}", title=EVIL, evil=EVIL)
    )
    link = tree.find(".//a")
    assert (link.text, link.get("aria-describedby")) == (EVIL, "t-hint t-status")
    assert tree.xpath("//*[@id='t-hint']/text() | //*[@id='t-status']/text()") == [EVIL, "Late"]


def test_task_without_link_is_plain_text(render):
    assert parse(render("{% govuk_task 'Case lists' status='Done' %}")).xpath("//a") == []


def test_summary_list_takes_short_and_long_rows(render):
    rows = [("Name", EVIL), ("Day", "1", "/d"), ("Post", "2", "/p", "Fill", "the post"), {"key": "K", "value": "V"}]
    tree = parse(render("{% govuk_summary_list rows %}", rows=rows))
    assert [dt.text for dt in tree.iter("dt")] == ["Name", "Day", "Post", "K"]
    assert [a.text_content() for a in tree.iter("a")] == ["Change Day", "Fill the post"]
    assert tree.find(".//dd").text == EVIL


def test_details_open_only_when_asked(render):
    source = "{% govuk_details summary=s is_open=o %}x{% endgovuk_details %}"
    closed, opened = (parse(render(source, s=EVIL, o=o)).find("details") for o in (False, True))
    assert (closed.get("open"), opened.get("open")) == (None, "")
    assert closed.text_content().split() == [EVIL, "x"]


def test_warning_says_warning_to_those_who_hear_it(render):
    tree = parse(render("{% govuk_warning %}Sent packs stay{% endgovuk_warning %}"))
    assert tree.find(".//strong").text_content().strip() == "WarningSent packs stay"


def test_empty_state_says_what_belongs_here_and_how_to_put_it_there(render):
    tree = parse(render("{% govuk_empty heading='No packs' href='/b' action='Build' %}A pack is…{% endgovuk_empty %}"))
    assert [e.text_content() for e in tree.iter("h2", "a")] == ["No packs", "Build"]
    assert tree.find(".//a").get("href") == "/b"


def test_messages_become_banners_with_their_own_ids(render):
    sent = [Message(constants.SUCCESS, EVIL), Message(constants.ERROR, "No"), Message(constants.INFO, "Mail waits")]
    tree = parse(render("{% govuk_messages %}", messages=sent))
    assert [h.text for h in tree.iter("h2")] == ["Success", "There is a problem", "Important"]
    assert [d.get("role") for d in select(tree, ".govuk-notification-banner")] == ["alert", "alert", "region"]
    assert [p.text for p in tree.iter("p")] == [EVIL, "No", "Mail waits"]
    assert len(set(tree.xpath("//h2/@id"))) == 3


def test_bar_says_its_numbers_in_words_and_draws_them_to_scale():
    tree = parse(stacked_bar([("ready", 3, "green"), ("late", 0, "red"), (EVIL, 1, "purple")], title="Documents"))
    svg = tree.find("svg")
    assert svg.get("aria-label") == f"Documents: 3 ready, 1 {EVIL}"
    assert [float(r.get("width")) for r in tree.iter("rect")] == [400, 298.5, 98.5]


def test_bar_of_nothing_says_so():
    assert parse(stacked_bar([("ready", 0, "green")])).find("svg").get("aria-label") == "nothing yet"


def test_bar_legend_repeats_the_numbers_on_the_page():
    tree = parse(stacked_bar([("ready", 3, "green"), ("late", 1, "red")], legend=True))
    assert [" ".join(li.text_content().split()) for li in tree.iter("li")] == ["3 ready", "1 late"]


@pytest.mark.parametrize(
    ("value", "of", "words", "width", "colour"),
    [
        (0, 6, "0 of 6 minutes", 0, "empty"),
        (3, 6, "3 of 6 minutes", 40, "yellow"),
        (6, 6, "6 of 6 minutes", 80, "green"),
        (7, 6, "7 of 6 minutes", 80, "green"),
        (0, 0, "0 of 0 minutes", 0, "empty"),
    ],
)
def test_meter_shows_words_and_share(value, of, words, width, colour):
    tree = parse(meter(value, of, "minutes"))
    filled = tree.findall(".//rect")[1]
    assert tree.text_content().strip() == words
    assert (float(filled.get("width")), filled.get("class")) == (width, f"house-fill house-fill--{colour}")


def test_progress_is_a_native_bar_with_its_label(render):
    tree = parse(render("{% govuk_progress 7 13 'Building the pack' %}"))
    bar = tree.find(".//progress")
    assert (bar.get("value"), bar.get("max"), bar.get("id")) == ("7", "13", tree.find(".//label").get("for"))
    assert tree.find(".//p").text == "7 of 13 (53%)"


def test_marks_say_done_or_not_yet(render):
    tree = parse(render("{% govuk_marks marks %}", marks=[("Owner", True), (EVIL, False)]))
    assert [li.text_content() for li in tree.iter("li")] == ["Owner: done", f"{EVIL}: not yet"]


@pytest.mark.parametrize("values", [[], [1], [2, 2, 2], [1, 5, 3]])
def test_sparkline_has_its_meaning_in_words(render, values):
    tree = parse(render("{% govuk_sparkline values 'Rising' %}", values=values))
    assert "Rising" in (tree.text_content(), *tree.xpath("//svg/@aria-label"))


def test_tile_links_its_label_and_shows_number_and_note(render):
    tree = parse(render("{% govuk_tile number=0 of=13 label=l href='/d' %}3 late{% endgovuk_tile %}", l=EVIL))
    assert select(tree, ".house-tile__number")[0].text_content() == "0 of 13"
    assert (tree.find(".//a").text, tree.find(".//a").get("href")) == (EVIL, "/d")
    assert select(tree, ".house-tile__note")[0].text == "3 late"


def test_day_strip_says_each_day_in_words():
    tree = parse(day_strip(strip_days()))
    days = tree.findall(".//li")
    spoken = [select(li, ".govuk-visually-hidden")[0].text for li in days]
    assert len(days) == 61
    assert spoken[1] == "Day 2, Tuesday 19 April 2011, something is late"
    assert spoken[4] == "Friday 22 April 2011, not a working day, Good Friday"
    assert [li.get("aria-current") for li in days].count("date") == 1
    assert select(days[1], ".day-strip__mark")[0].text == "!"
    assert "day-strip__day--starts-1" in days[0].get("class")


def test_day_strip_escapes_reasons():
    html = day_strip([{"date": date(2011, 4, 20), "state": "holiday", "reason": EVIL}])
    assert "<script" not in html
    assert "day-strip__day--starts-3" in html


def test_pagination_keeps_the_rest_of_the_address(render):
    page = Paginator(range(200), 10).page(5)
    tree = parse(render("{% govuk_pagination page %}", page=page, query="owner=4&page=5&q=a%26b"))
    assert [a.get("href") for a in tree.iter("a")] == [f"?owner=4&page={n}&q=a%26b" for n in (4, 1, 4, 5, 6, 20, 6)]
    assert [a.text_content() for a in tree.xpath("//a[@aria-current]")] == ["5"]


def test_pagination_of_one_page_is_nothing(render):
    assert render("{% govuk_pagination page %}", page=Paginator([1], 10).page(1)) == ""


def test_query_changes_some_keys_and_drops_others(render):
    assert render('{% govuk_query state="late" page=None %}', query="page=3&q=x") == "?q=x&amp;state=late"
