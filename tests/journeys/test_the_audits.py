"""11. The audits: the first cases are selected and audited, one raises an immediate concern and is graded a second
time, all are exported and handed over; an audit is written without script.
"""

from __future__ import annotations

import re
import sys
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from tests.journeys.packs import Pages
from tests.journeys.service import run
from tests.journeys.visitor import tidy
from tests.processes import until

pytestmark = pytest.mark.journey

HOME = "/inspections/auditshire/audits/"
CHOSEN = [f"AS{number:03}" for number in range(1, 9)]
MISTYPED = "AS0O8"
FOUND = "Moved three times in a year, with no plan for school."
CONCERN = "He is back with the man who hurt him."
CONCERNING = "Is there an immediate concern about the child’s safety?"
TELL = "Tell the coordinator and the case officers now"
ANSWERS = {
    "Strengths": "His social worker knows him well.",
    "Areas for development": "The plan has no dates.",
    "What it was like for the child": "He did not know where he would sleep.",
}


def test_the_first_cases_are_audited_and_handed_over(visitor, service):
    casey, audrey, cora, moira, dina = (
        visitor("audits", role) for role in ("case-officer", "auditor", "coordinator", "moderator", "dcs-office")
    )
    when_the_case_officer_mistypes_an_identifier(casey)
    then_she_is_told_which_and_nothing_is_selected(casey)
    when_she_puts_it_right(casey)
    and_gives_each_case_an_auditor_and_one_a_moderator(casey)
    when_the_auditor_writes(audrey)
    then_it_is_saved_without_a_button(audrey)
    when_she_raises_an_immediate_concern(audrey)
    then_the_coordinator_is_told_without_a_word_about_the_child(service)
    and_sees_that_it_is_open(cora)
    when_the_case_officer_acts_on_it(casey)
    then_the_coordinator_sees_that_it_is_not_open_any_more(cora)
    when_the_auditor_submits(audrey)
    then_the_moderator_does_not_see_the_grade(moira)
    when_she_gives_her_own_grade(moira)
    then_both_are_shown_and_a_grade_is_agreed(moira)
    and_the_dcs_office_sees_what_is_missing(dina)
    when_the_other_audits_are_submitted(service)
    and_the_case_officer_exports_them(casey)
    and_the_dcs_office_hands_them_over(dina)
    then_the_countdown_says_that_it_is_done(dina)


def test_an_audit_without_javascript(visitor):
    audrey = visitor("audits-plain", "auditor", java_script_enabled=False)
    audrey.signs_in()
    audrey.opens("Audits")
    audrey.follows("Write the audit")
    audrey.sees_heading("Case 1")
    audrey.meets_no_barrier("plain-audit")
    audrey.fills("What was found", FOUND)
    audrey.presses("Save")
    audrey.is_told("Saved.")
    expect(audrey.main.get_by_label("What was found", exact=True)).to_have_value(FOUND)
    audrey.presses("Submit the audit")
    expect(audrey.page.locator(".govuk-error-summary__list li")).to_have_count(5)
    audrey.meets_no_barrier("plain-audit-refused")
    answers_the_rest(audrey, concern="No", grade="Good")
    audrey.presses("Submit the audit")
    audrey.is_told("The audit of case 1 is submitted. Thank you.")
    audrey.sees(FOUND, *ANSWERS.values())
    audrey.meets_no_barrier("plain-audit-submitted")


def answers_the_rest(auditor, *, concern, grade):
    for question, answer in ANSWERS.items():
        auditor.fills(question, answer)
    auditor.main.get_by_role("group", name=CONCERNING).get_by_role("radio", name=concern).check()
    auditor.main.get_by_role("group", name="Grade").get_by_role("radio", name=grade, exact=True).check()


# --- Selecting and assigning ------------------------------------------------------------------------------------------


def when_the_case_officer_mistypes_an_identifier(casey):
    casey.signs_in()
    casey.opens("Audits")
    casey.sees("No case has been selected yet.")
    casey.meets_no_barrier("journey-audits-none")
    casey.presses("Record the cases")
    casey.sees_heading("Which cases did the inspectors choose?")
    casey.fills("Identifiers of the cases", "\n".join([*CHOSEN[:7], MISTYPED]))
    casey.presses("Look them up")


def then_she_is_told_which_and_nothing_is_selected(casey):
    casey.is_refused(
        f"“{MISTYPED}” is on none of the current lists. Check how it is written, or import the lists again."
    )
    assert casey.reads("tbody tr") == []
    casey.meets_no_barrier("journey-audits-selection-refused")


def when_she_puts_it_right(casey):
    casey.fills("Identifiers of the cases", " , ".join(CHOSEN))
    casey.presses("Look them up")
    casey.sees_heading("Add these 8 cases?")
    casey.meets_no_barrier("journey-audits-selection-preview")
    casey.presses("Add the 8 cases")
    casey.is_told("Cases 1 to 8 added.")
    assert casey.reads("td[data-label=Child]") == CHOSEN
    casey.meets_no_barrier("journey-audits-selection")


def and_gives_each_case_an_auditor_and_one_a_moderator(casey):
    casey.opens("Audits")
    casey.presses("Assign auditors")
    casey.sees("8 cases have no auditor.")
    casey.meets_no_barrier("journey-audits-auditors-none")
    for number in range(1, 9):
        who = "Audrey Example: nothing yet" if number == 1 else "Aled Example: nothing yet"
        casey.main.get_by_label(f"Auditor of case {number}", exact=True).select_option(label=who)
    casey.presses("Assign")
    casey.is_told("8 cases have their auditors.")
    expect(casey.row("Aled Example").locator("td[data-label='To write']")).to_have_text("7")
    casey.meets_no_barrier("journey-audits-auditors")
    casey.goes_to(f"{HOME}cases/1/people/")
    casey.unfolds("Name a moderator")
    casey.main.get_by_label("Who moderates?", exact=True).select_option(label="Moira Example: nothing yet")
    casey.presses("Name the moderator")
    casey.is_told("Moira Example moderates case 1 now.")
    casey.meets_no_barrier("journey-audits-people")


# --- Writing, and the immediate concern -------------------------------------------------------------------------------


def when_the_auditor_writes(audrey):
    audrey.signs_in()
    audrey.follows("Audit of case 1")
    audrey.sees_heading("Your audits")
    assert audrey.reads("tbody th") == ["Case 1"]
    audrey.meets_no_barrier("journey-audits-own")
    audrey.follows("Write the audit")
    audrey.sees("AS001")
    audrey.fills("What was found", FOUND)


def then_it_is_saved_without_a_button(audrey):
    expect(audrey.main.locator("[data-status]")).to_contain_text("Saved at")
    audrey.page.reload()
    expect(audrey.main.get_by_label("What was found", exact=True)).to_have_value(FOUND)
    audrey.meets_no_barrier("journey-audits-written")


def when_she_raises_an_immediate_concern(audrey):
    audrey.main.get_by_role("group", name=CONCERNING).get_by_role("radio", name="Yes").check()
    audrey.fills("What is the concern?", CONCERN)
    audrey.presses(TELL)
    audrey.is_told("The coordinator and the case officers are told by email: 2 people.")
    audrey.sees(CONCERN, "Not yet acknowledged")
    audrey.meets_no_barrier("journey-audits-concern")


def then_the_coordinator_is_told_without_a_word_about_the_child(service):
    def mails() -> list[EmailMessage]:
        stored = service.mail("coordinator@auditshire.example.org")
        return [each.message for each in stored if "Immediate concern" in each.message["Subject"]]

    until(mails, "the coordinator has the email")
    (mail,) = mails()
    assert mail["Subject"] == "Immediate concern about case 1: Inspection"
    said = "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    assert "immediate concern about case 1 of" in said
    assert [word for word in (*CHOSEN, "hurt him", "White British", "2004", "Audrey", FOUND) if word in said] == []


def and_sees_that_it_is_open(cora):
    cora.signs_in()
    cora.goes_to(HOME)
    expect(cora.main.locator(".govuk-warning-text__text")).to_contain_text(
        "Case 1: immediate concern, not yet acknowledged"
    )
    said = cora.page.content()
    assert [word for word in (*CHOSEN, CONCERN, "Audrey", "Moira") if word in said] == []
    cora.meets_no_barrier("journey-audits-coordinator")


def when_the_case_officer_acts_on_it(casey):
    casey.opens("Audits")
    casey.follows("case 1")
    casey.sees(CONCERN)
    casey.meets_no_barrier("journey-audits-case-officer")
    casey.presses("Acknowledge")
    casey.fills("What was done about it?", "The team visited within the hour. He is with his aunt.")
    casey.meets_no_barrier("journey-audits-acknowledge")
    casey.presses("Acknowledge")
    casey.is_told("Acknowledged. The auditor and the coordinator see that somebody acted.")


def then_the_coordinator_sees_that_it_is_not_open_any_more(cora):
    cora.page.reload()
    expect(cora.main.locator(".govuk-warning-text__text")).to_have_count(0)
    expect(cora.row("Case 1")).to_have_text(re.compile(r"^\s*Case 1\s+Begun\s*$"))


def when_the_auditor_submits(audrey):
    answers_the_rest(audrey, concern="Yes", grade="Inadequate")
    audrey.presses("Submit the audit")
    audrey.is_told("The audit of case 1 is submitted. Thank you.")
    audrey.meets_no_barrier("journey-audits-submitted")


# --- Moderation -------------------------------------------------------------------------------------------------------


def then_the_moderator_does_not_see_the_grade(moira):
    moira.signs_in()
    moira.goes_to(f"{HOME}cases/1/")
    moira.sees("The grade is hidden until you have given yours.", FOUND)
    assert "Inadequate" not in moira.main.inner_text()
    moira.meets_no_barrier("journey-audits-blind")
    moira.follows("Give your grade")
    moira.sees(FOUND)
    assert "Grade" not in moira.reads("h3")
    # Only as a grade that she can choose.
    assert moira.main.inner_text().count("Inadequate") == 1
    moira.meets_no_barrier("journey-audits-moderate")


def when_she_gives_her_own_grade(moira):
    moira.main.get_by_role("radio", name="Adequate", exact=True).check()
    moira.fills("Comments", "The team acted once it knew.")
    moira.presses("Give this grade")
    moira.is_told("Case 1: your grade is recorded. Both grades are shown below.")


def then_both_are_shown_and_a_grade_is_agreed(moira):
    moira.sees("The two grades differ.")
    assert moira.reads("tbody td[data-label=Grade]") == ["Inadequate", "Adequate"]
    moira.meets_no_barrier("journey-audits-both-grades")
    moira.main.get_by_role("radio", name="Inadequate", exact=True).check()
    moira.presses("Record the agreed grade")
    moira.is_refused("The two grades differ: say why this one was agreed.")
    moira.fills("Reason", "He was not safe until the audit found it.")
    moira.presses("Record the agreed grade")
    moira.is_told("Case 1: the agreed grade is recorded.")
    assert moira.reads("tbody td[data-label=Grade]") == ["Inadequate", "Adequate", "Inadequate"]


# --- Handing over -----------------------------------------------------------------------------------------------------


def and_the_dcs_office_sees_what_is_missing(dina):
    dina.signs_in()
    dina.goes_to(f"{HOME}exports/")
    unsubmitted = [f"Case {number}: not submitted." for number in range(2, 9)]
    dina.sees(*unsubmitted, "1 submitted audit is not recorded as handed over.")
    dina.meets_no_barrier("journey-audits-missing")


def when_the_other_audits_are_submitted(service):
    run([sys.executable, "-m", "tests.journeys.audited", "auditshire"], service.env)


def and_the_case_officer_exports_them(casey):
    casey.opens("Audits")
    casey.sees("All 8 audits are in.")
    casey.meets_no_barrier("journey-audits-all-in")
    casey.presses("Export and hand over")
    casey.presses("Export 8 submitted audits")
    # The worker makes it, and the page sees by itself when it is done.
    casey.sees_heading("What is in it")
    casey.meets_no_barrier("journey-audits-export")
    said = tidy(" ".join(Pages(casey.downloads("Download the PDF")).texts))
    assert [each for each in (*CHOSEN, FOUND, CONCERN) if each not in said] == []
    assert [name for name in ("Audrey", "Aled", "Moira") if name in said] == []


def and_the_dcs_office_hands_them_over(dina):
    dina.page.reload()
    dina.sees("8 submitted audits are not recorded as handed over.")
    dina.presses("Record Audit export 1 as handed over")
    dina.sees("Only case officers can download the files.")
    assert [each for each in CHOSEN if each in dina.page.content()] == []
    dina.fills("Handed over to", "Lena Inspector")
    dina.fills("How", "On paper, in person")
    dina.meets_no_barrier("journey-audits-handing-over")
    dina.presses("Record as handed over")
    dina.is_told("Recorded: Audit export 1 was handed over to Lena Inspector.")
    dina.meets_no_barrier("journey-audits-handed-over")


def then_the_countdown_says_that_it_is_done(dina):
    dina.opens("Countdown")
    step = dina.main.locator(".house-day__step").filter(has_text="Audits of the initial case files handed over")
    expect(step).to_contain_text("Done")
    dina.meets_no_barrier("journey-audits-countdown")
