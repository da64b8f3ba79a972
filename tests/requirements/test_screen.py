"""11.11: a screen helps to notice; it decides nothing."""

from program import instant
from run import requirement

SCREEN = "signs-of-exploitation"
LOW = ["late-home: no", "trusted-adult: yes"]


@requirement("R9")
def a_screen_is_scored_on_its_form_and_stands_beside_the_judgement(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    form = worker.form(case, "risk-screen")
    form.says("The screen never overrides your professional judgement", "A low score means only that little is known",
              "(version 1)")
    assert form.offers("answer.missing-episodes") == ["no", "not-known", "earlier", "recent"]
    # nothing answered is not a low score
    empty = form.send({}, go="record")
    assert empty.status == 422
    empty.says("Answer at least one question of the screen")
    page = form.send({"answer.missing-episodes": "recent", "answer.gifts": "recent", "answer.lifts": "earlier",
                      "override_reason": "Typed before the score was asked for"}, go="score")
    assert page.status == 200
    page.says("See what the screen comes to", "What the screen comes to", "Medium", "Not answered (19 of 22)", "Is absent from school")
    assert worker.entries(case, "risk-screen") == []
    # what was typed stays, and a judgement that differs asks for its reason
    assert page.typed("answer.gifts") == ["recent"]
    assert page.typed("override_reason") == ["Typed before the score was asked for"]
    refused = page.send({"professional_band": "high", "override_reason": ""}, go="record")
    assert refused.status == 422
    refused.says("Say why your judgement differs")
    assert refused.typed("answer.lifts") == ["earlier"]
    done = refused.send({"override_reason": "Two adults wait outside the school"}, go="record")
    done.says("“Risk screen” is recorded", "Risk screens over time", "Two adults wait outside the school")
    entry = worker.entries(case, "risk-screen")[-1]
    fields = entry["fields"]
    assert (fields["screen"], fields["version"], fields["score"], fields["band"]) == (SCREEN, "1", 7, "medium")
    assert fields["professional_band"] == "high" and fields["override_reason"]
    assert fields["answers"] == ["missing-episodes: recent", "gifts: recent", "lifts: earlier"]
    worker.open("/cases/%s/entries/%d" % (case, entry["seq"])).says(
        "Signs that a child may be exploited", "Has been reported missing", "Yes, in the last 6 months", "Not answered", "never overrides it")
    # over time, drawn and as a table, also as it stood
    worker.record(case, "risk-screen", screen=SCREEN, answers=["missing-episodes: earlier"])
    page = worker.open("/cases/%s" % case)
    page.says("Risk screens over time", "A low score ends nothing", "As the screen", "Professional judgement")
    assert "<svg" in page.html and 'role="img"' in page.html
    assert ", 7;" in page.html and ", 1;" in page.html, "the chart does not say its numbers"
    worker.open("/cases/%s?as_of=%s" % (case, instant()[:10])).says("Risk screens over time")
    worker.open("/cases/%s/chronology" % case).says("Signs that a child may be exploited: score 7, band Medium")


@requirement("R9")
def by_the_api_the_score_follows_from_the_answers(program):
    worker = program.worker("social-worker")
    case = worker.refer(child={"date_of_birth": instant(days=-365 * 15)[:10]})
    answers = ["missing-episodes: recent", "gifts: recent"]
    worker.record(case, "risk-screen", screen=SCREEN, answers=answers)
    assert worker.entries(case, "risk-screen")[-1]["fields"]["score"] == 6
    worker.record(case, "risk-screen", screen=SCREEN, version="1", answers=answers, score=6, band="medium")
    worker.is_refused(case, "risk-screen", '"score"', screen=SCREEN, answers=answers, score=5)
    worker.is_refused(case, "risk-screen", '"band"', screen=SCREEN, answers=answers, band="low")
    worker.is_refused(case, "risk-screen", '"version"', screen=SCREEN, version="0", answers=answers)
    worker.is_refused(case, "risk-screen", '"answers"', screen=SCREEN, answers=["nothing: yes"])
    worker.is_refused(case, "risk-screen", '"override_reason"', screen=SCREEN, answers=answers,
                      professional_band="high")
    worker.record(case, "risk-screen", screen=SCREEN, answers=answers, professional_band="medium")
    # a correction cannot leave a score that the answers do not give
    seq = worker.entries(case, "risk-screen")[-1]["seq"]
    worker.is_refused(case, "correction", '"score"', corrects=seq, fields={"score": 0})
    # the tool of another board, with what it came to
    worker.record(case, "risk-screen", screen="A tool of another board", version="3", answers=["a"], score=12,
                  band="high")
    # a child under 13 is never in the lowest band
    young = worker.refer(child={"date_of_birth": instant(days=-365 * 11)[:10]})
    worker.record(young, "risk-screen", screen=SCREEN, answers=LOW)
    fields = worker.entries(young, "risk-screen")[-1]["fields"]
    assert (fields["score"], fields["band"]) == (0, "medium")


@requirement("R9", "R10")
def a_low_score_ends_nothing(program):
    worker = program.worker("team-manager")
    at = instant(days=-1)
    case = worker.refer(occurred_at=at, notified_at=at)
    before = {(row["duty"], row["state"]) for row in worker.duties(case)}
    assert any(state in ("open", "overdue") for _, state in before)
    worker.record(case, "risk-screen", screen=SCREEN, answers=LOW, professional_band="low")
    assert worker.entries(case, "risk-screen")[-1]["fields"]["band"] == "low"
    after = {(row["duty"], row["state"]) for row in worker.duties(case)}
    assert after - before == {("screen-again", "open")} and before <= after, (before, after)
    worker.is_refused(case, "case-closed", "needs its decision", "11.11", reasons="Low score", agreed_by="M")
    # it is asked for again, and another one answers that
    assert worker.duty(case, "screen-again")["state"] == "open"
    worker.record(case, "risk-screen", screen=SCREEN, answers=LOW)
    assert [row["state"] for row in worker.duties(case, "screen-again")][-2:] == ["met", "open"]
