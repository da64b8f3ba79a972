"""11.38 to 11.48 and 11.62: who is asked to a meeting, what it deals with, what it leaves, and cases that belong together."""

import re

from program import born, day, instant
from run import requirement


def started(worker, **referral):
    """A case with an enquiry: a strategy meeting is to be held. The police are in it unless said otherwise."""
    case = worker.refer(**referral)
    manager = worker.program.worker("team-manager")
    manager.record(case, "referral-decision", initial_assessment="required", reasons="Concern", immediate_danger="no")
    manager.record(case, "initial-assessment", involvement="likely", significant_harm="yes",
                   harm_parent_encourages="no", harm_adult_power="yes", harm_immediate_risk="no",
                   core_assessment="required", immediate_danger="no")
    manager.record(case, "enquiry-started", agencies=["social-care", "police"])
    return case


def arrange(worker, case, kind="strategy", others=(), invited=None, **values):
    """Through the page; the page that comes after. `invited`: by case; otherwise all who are offered."""
    path = "/cases/%s/meetings/arrange?kind=%s" % (case, kind)
    page = worker.open(path)
    if others:
        page = page.send({"others": list(others)}, go="show", action="/meetings/arrange")
    sent = {"chair": worker.name, **values}
    for one, texts in (invited or {}).items():
        sent["c%s-invited" % one] = texts
    return page.send(sent, go="record", action="/meetings/arrange")


def seq_of(worker, case, entry_type):
    return worker.entries(case, entry_type)[-1]["seq"]


def hold_page(worker, case, kind="strategy"):
    """The chair's page of the arranged meeting, or of the kind where none is arranged."""
    arranged = [e for e in worker.entries(case, "meeting-arranged") if e["fields"]["kind"] == kind]
    place = arranged[-1]["seq"] if arranged else kind
    return worker.open("/cases/%s/meetings/%s/hold" % (case, place))


def everybody_came(page):
    """Each who was asked came."""
    return {name: "came" for name, _ in page.form("/hold")["fields"] if re.fullmatch(r"came\d+", name)}


def dealt(page, case, **answers):
    """Every part of the agenda of that child dealt with, and the answers that no meeting ends without."""
    prefix = "c%s-" % case
    values = {name: "yes" for name in page.form("/hold")["choices"] if name.startswith(prefix + "dealt-")}
    values.update({prefix + "immediate_danger": "no", prefix + "exit_plan": "agreed",
                   prefix + "exit_plan_notes": "Youth work twice a week", prefix + "child_views": "Wants to go to school",
                   prefix + "views_how_obtained": "In conversation with the school nurse"})
    values.update({prefix + name: value for name, value in answers.items()})
    return values


def action(case, row, text, owner, agency, due):
    prefix = "c%s-a%d-" % (case, row)
    return {prefix + "action": text, prefix + "owner": owner, prefix + "agency": agency, prefix + "due_at": due}


@requirement("R19")
def worry_that_the_child_turns_away_stands_on_the_next_strategy_meetings_agenda(program):
    nurse, manager = program.worker("referrer", "health"), program.worker("team-manager")
    case = started(nurse, worried_about_withdrawal="yes", withdrawal_services="The clinic in the high street")
    calm = started(nurse, worried_about_withdrawal="no")
    manager.open("/cases/%s/meetings/arrange?kind=strategy" % case).says(
        "Keeping the child in touch with services", "The clinic in the high street")
    manager.open("/cases/%s/meetings/arrange?kind=strategy" % calm).lacks("Keeping the child in touch with services")
    arrange(manager, case)
    assert "withdrawal" in manager.entries(case, "meeting-arranged")[-1]["fields"]["agenda"]
    page = hold_page(manager, case).says("From the record: The clinic in the high street")
    sent = {**everybody_came(page), **dealt(page, case)}
    del sent["c%s-dealt-withdrawal" % case]
    page = page.send(sent, go="record", action="/hold")
    page.says("“Keeping the child in touch with services” is not dealt with", "paragraph 11.12")
    page = page.send({"c%s-minutes_withdrawal" % case: "The nurse goes with her"}, go="record", action="/hold")
    page.says("Record of the meeting", "The nurse goes with her")
    assert "withdrawal" in manager.entries(case, "meeting-held")[-1]["fields"]["agenda"]


@requirement("R28")
def the_enquiry_raises_a_strategy_meeting_whose_three_purposes_must_be_dealt_with(program):
    manager = program.worker("team-manager")
    case = started(manager)
    assert manager.has_open(case, "hold-strategy-meeting")
    assert manager.duty(case, "hold-strategy-meeting")["due_at"] is None
    purposes = {"enquiry-plan": "Plan of the child protection enquiry", "intervention": "Which intervention is right",
                "exit-plan": "The plan to exit"}
    page = hold_page(manager, case)
    everything = {**everybody_came(page), **dealt(page, case)}
    for code, title in purposes.items():
        sent = {name: value for name, value in everything.items()
                if name not in ("c%s-dealt-%s" % (case, code), "c%s-exit_plan" % case if code == "exit-plan" else "")}
        if code == "exit-plan":
            sent.pop("c%s-exit_plan_notes" % case)
        refused = page.send(sent, go="record", action="/hold")
        assert refused.status == 422, title
        if code != "exit-plan":
            refused.says("“%s” is not dealt with" % title)
        assert not manager.entries(case, "meeting-held")
    # what the meeting typed is still there after a refusal
    assert refused.typed("c%s-child_views" % case, "/hold") == ["Wants to go to school"]
    page.send(everything, go="record", action="/hold").says("Record of the meeting")
    assert not manager.has_open(case, "hold-strategy-meeting")


@requirement("R40")
def a_part_of_the_family_brings_in_the_child_abuse_unit_and_parents_hear_nothing_undecided(program):
    manager = program.worker("team-manager")
    case = started(manager)
    page = manager.open("/cases/%s/meetings/arrange?kind=strategy" % case)
    assert "Local policing unit (Police)" in page.offers("c%s-invited" % case, "/arrange")
    page.lacks("Child abuse investigation unit")
    conference = manager.open("/cases/%s/meetings/arrange?kind=conference" % case)
    conference.says("Parents, carers or others who matter to the child")
    manager.record(case, "alleged-abuser-identified", person="Man known as J", family_member="yes", has_children="no")
    assert "family-involved" in manager.marks(case) and manager.has_open(case, "tell-child-abuse-unit")
    page = manager.open("/cases/%s/meetings/arrange?kind=strategy" % case)
    unit = "Child abuse investigation unit (Police)"
    assert unit in page.offers("c%s-invited" % case, "/arrange")
    page.says("Must be asked. Paragraph 11.36")
    manager.open("/cases/%s/meetings/arrange?kind=conference" % case).lacks("Parents, carers or others")
    without = [text for text in page.offers("c%s-invited" % case, "/arrange") if text != unit]
    refused = arrange(manager, case, invited={case: without})
    assert refused.status == 422
    refused.says("Child abuse investigation unit (Police) must be asked to come (paragraph 11.36)")
    assert not manager.entries(case, "meeting-arranged")
    arrange(manager, case)
    assert unit in manager.entries(case, "meeting-arranged")[-1]["fields"]["invited"]


@requirement("R42")
def a_manager_chairs_and_for_a_looked_after_child_the_reviewing_officer_who_was_asked_for(program):
    manager = program.worker("team-manager")
    case = started(manager)
    page = manager.open("/cases/%s/meetings/arrange?kind=strategy" % case)
    assert page.typed("chair_role", "/arrange") == ["social-care-manager"]
    refused = arrange(manager, case, chair_role="reviewing-officer")
    assert refused.status == 422
    refused.says("chaired by a children's social care manager")
    manager.record(case, "vulnerability-began", vulnerability="looked-after-foster")
    page = manager.open("/cases/%s/meetings/arrange?kind=strategy" % case)
    assert page.typed("chair_role", "/arrange") == ["reviewing-officer"]
    page.says("Independent reviewing officer, asked for through the review service of the city or county")
    refused = arrange(manager, case)
    assert refused.status == 422
    refused.says("When was the review service asked for a reviewing officer?", "paragraph 11.38")
    arrange(manager, case, review_service_asked_at=instant(-1)[:19])
    assert manager.entries(case, "meeting-arranged")[-1]["fields"]["review_service_asked_at"]
    page = hold_page(manager, case)
    refused = page.send({**everybody_came(page), **dealt(page, case), "chair_role": "social-care-manager"},
                        go="record", action="/hold")
    assert refused.status == 422
    refused.says("chaired by an independent reviewing officer")
    refused.send({"chair_role": "reviewing-officer"}, go="record", action="/hold").says("Record of the meeting")


@requirement("R43")
def who_knows_the_child_is_asked_answers_and_comes_and_too_few_means_again(program):
    nurse, manager = program.worker("referrer", "health"), program.worker("team-manager")
    case = started(nurse, trusted_worker="Ms Rahman")
    manager.record(case, "helper-named", helper_role="specialist", name="Dr Okoro", agency="health")
    manager.record(case, "service-requested", service="Mentoring", agency="education")
    arrange(manager, case)
    invited = manager.entries(case, "meeting-arranged")[-1]["fields"]["invited"]
    for text in ("Local policing unit (Police)", "Trusted worker: Ms Rahman", "Specialist: Dr Okoro (Health)",
                 "Specialist voluntary service (Voluntary sector)", "Agency that knows the child (Education)"):
        assert any(one.startswith(text) for one in invited), (text, invited)
    assert not any("Housing" in one for one in invited), "housing does not know the child"
    assert sum("(Police)" in one for one in invited) == 1, "the police are asked once"
    # the answers
    arranged = seq_of(manager, case, "meeting-arranged")
    page = manager.open("/cases/%s/meetings/%d/answers" % (case, arranged))
    names = {text: name.replace("who", "came") for name, text in page.form("/answers")["fields"]
             if name.startswith("who")}
    police = names["Local policing unit (Police)"]
    refused = page.send({}, action="/answers")
    assert refused.status == 422, "nobody has answered"
    refused.says("Say what at least one of them answered")
    doctor = names["Specialist: Dr Okoro (Health)"]
    said = page.send({police: "apologies", doctor: "coming"}, action="/answers")
    said.says("“Answers to invitations” is recorded", "Who comes?", "Who cannot come?", "Who has not answered yet?")
    again = manager.open("/cases/%s/meetings/%d/answers" % (case, arranged))
    assert again.form("/answers")["choices"][police] == ["coming", "apologies"], "an answer is not taken back"
    answers = manager.entries(case, "invitations-answered")[-1]["fields"]
    assert answers["apologies"] == ["Local policing unit (Police)"]
    assert answers["coming"] == ["Specialist: Dr Okoro (Health)"]
    # held without the police
    page = hold_page(manager, case)
    assert page.typed(police, "/hold") == ["apologies"], "the answer stands on the page of the chair"
    page.says("Said that they come")
    sent = {**everybody_came(page), **dealt(page, case), police: "apologies",
            "c%s-attended_more" % case: ["Mr Fox, Housing"]}
    record = page.send(sent, go="record", action="/hold")
    record.says("This meeting was not quorate", "Local policing unit (Police)")
    held = manager.entries(case, "meeting-held")[-1]["fields"]
    assert held["quorate"] == "no" and "Mr Fox, Housing" in held["attended"]
    assert held["apologies"] == ["Local policing unit (Police)"] and "Local policing unit (Police)" in held["invited"]
    assert manager.has_open(case, "reconvene-without-quorum")
    manager.open("/cases/%s" % case).says("Bring the meeting together again, with those who are needed")
    # and again, with them
    page = manager.open("/cases/%s/meetings/strategy/hold" % case)
    page.send({**everybody_came(page), **dealt(page, case)}, go="record", action="/hold").lacks("not quorate")
    assert manager.entries(case, "meeting-held")[-1]["fields"]["quorate"] == "yes"
    assert not manager.has_open(case, "reconvene-without-quorum")


@requirement("R44")
def every_part_is_dealt_with_and_every_action_has_an_owner_an_agency_and_a_day(program):
    manager, nurse = program.worker("team-manager"), program.worker("referrer", "health")
    case = started(manager)
    page = hold_page(manager, case)
    page.says("What each agency knows", "Plan of the child protection enquiry", "Short-term protection",
              "Who does what by when", "How and when the child takes part", "How and when the family takes part")
    sent = {**everybody_came(page), **dealt(page, case)}
    refused = page.send({**sent, "c%s-a1-action" % case: "Speak with her form tutor"}, go="record", action="/hold")
    assert refused.status == 422
    refused.says("Say who does it (paragraph 11.40)", "Say which agency they are from", "Say by when it is done")
    assert not manager.entries(case, "meeting-held") and not manager.entries(case, "action-agreed")
    more = refused.send({}, go="more:c%s-" % case, action="/hold")
    assert more.asks("c%s-a5-action" % case, "/hold")
    assert more.typed("c%s-a1-action" % case, "/hold") == ["Speak with her form tutor"]
    due = day(9)
    before = manager.case(case)["seq"]
    record = more.send({**sent, **action(case, 1, "Speak with her form tutor", nurse.name, "health", due),
                        **action(case, 5, "Ask about the phone", "PC Hale", "police", due),
                        "c%s-dissent" % case: ["Housing did not agree that the family stays"]},
                       go="record", action="/hold")
    record.says("Speak with her form tutor", "Ask about the phone", "Housing did not agree that the family stays")
    assert manager.case(case)["seq"] == before + 3, "the meeting and two actions, in one go"
    agreed = {e["fields"]["action"]: e["fields"] for e in manager.entries(case, "action-agreed")}
    assert agreed["Ask about the phone"]["agency"] == "police"
    assert agreed["Speak with her form tutor"]["due_at"][:10] == due
    nurse.open("/").says("Speak with her form tutor", nurse.name).lacks("Ask about the phone")
    program.worker("police-officer").open("/").says("Ask about the phone").lacks("Speak with her form tutor")


@requirement("R44")
def what_the_chair_types_is_kept_as_a_draft_and_opens_again(program):
    manager = program.worker("team-manager")
    case = started(manager)
    page = hold_page(manager, case)
    page.send({"c%s-information" % case: "School has seen her with an older adult"}, go="save", action="/hold")
    assert not manager.entries(case, "meeting-held")
    work = manager.open("/")
    draft = next(path for path, _ in work.links if path.startswith("/drafts/"))
    page = manager.open(manager.open(draft).link("Go on with it"))
    assert "/hold" in page.path
    assert page.typed("c%s-information" % case, "/hold") == ["School has seen her with an older adult"]


@requirement("R45")
def each_childs_record_gets_its_part_of_a_meeting_and_nothing_of_the_others(program):
    manager = program.worker("team-manager")
    one, two = started(manager), started(manager)
    names = {case: manager.case(case)["child"]["family_name"] for case in (one, two)}
    manager.record(one, "helper-named", helper_role="trusted", name="Ms Alder", agency="voluntary")
    manager.record(two, "helper-named", helper_role="trusted", name="Mr Birch", agency="education")
    page = arrange(manager, one, "complex-abuse", others=[two])
    assert page.status == 200, page.text[:900]
    for case, own, foreign in ((one, "Alder", "Birch"), (two, "Birch", "Alder")):
        text = str(manager.entries(case, "meeting-arranged")[-1]["fields"])
        assert own in text and foreign not in text, text
    page = hold_page(manager, one, "complex-abuse")
    page.says(names[one], names[two], "Ms Alder", "Mr Birch")
    sent = {**everybody_came(page),
            **dealt(page, one, information="MARKERONE came home with shoes", decisions=["MARKERONE moves school"]),
            **dealt(page, two, information="MARKERTWO was met at the station", decisions=["MARKERTWO sees the nurse"]),
            **action(one, 1, "MARKERONE call the tutor", "Ms Alder", "voluntary", day(5)),
            **action(two, 1, "MARKERTWO call the clinic", "Mr Birch", "education", day(6)),
            "c%s-attended_more" % two: ["Uncle of MARKERTWO"]}
    broken = {**sent, "c%s-a1-owner" % two: ""}
    seqs = [manager.case(case)["seq"] for case in (one, two)]
    assert page.send(broken, go="record", action="/hold").status == 422
    assert [manager.case(case)["seq"] for case in (one, two)] == seqs, "all or none"
    record = page.send(sent, go="record", action="/hold")
    assert record.status == 200, record.text[:900]
    record.says("MARKERONE").lacks("MARKERTWO", names[two], "Birch", two)
    for case, other, own, foreign in ((one, two, "MARKERONE", "MARKERTWO"), (two, one, "MARKERTWO", "MARKERONE")):
        held = seq_of(manager, case, "meeting-held")
        for path in ("/cases/%s/meetings/%d/record" % (case, held), "/cases/%s/chronology" % case,
                     "/cases/%s/meetings" % case, "/cases/%s/plan" % case, "/cases/%s/chronology.csv" % case):
            page = manager.open(path)
            assert own in page.html, (path, own)
            for word in (foreign, names[other], other):
                assert word not in page.html, "%s tells %s" % (path, word)
        api = str(manager.entries(case))
        assert own in api and foreign not in api and other not in api
        assert manager.duties(case), case
    program.run("verify", "--data", program.data, "--pack", program.pack)  # the record of the meeting is sealed and chained like any other


@requirement("R45")
def cases_link_through_what_they_share_and_each_sees_what_they_may_know(program):
    manager, officer = program.worker("team-manager"), program.worker("police-officer")
    one, two, three = started(manager), started(manager), manager.refer()
    names = [manager.case(case)["child"]["family_name"] for case in (one, two, three)]
    page = manager.open("/cases/%s/links" % one).says("This case is not linked to another")
    for wrong, words in (("nonsense", "is no reference of a case"), (one, "of this very case")):
        page.send({"linked_case": wrong, "through": "vehicle", "what": "A blue van"}, action="/links").says(words)
    for through, what in (("vehicle", "A blue van"), ("phone", "Number ending 17"), ("online-account", "Account Q"),
                          ("place", "The car park"), ("person", "Man known as J"), ("event", "The party in May")):
        page = manager.open("/cases/%s/links" % one).send(
            {"linked_case": two.lower(), "through": through, "what": what, "reason": "Both children said so"},
            action="/links")
        assert page.status == 200, page.text[:600]
    assert len(manager.entries(one, "case-linked")) == len(manager.entries(two, "case-linked")) == 6
    officer.record(two, "case-linked-by-evidence", linked_case=three, through="phone", what="SECRETNUMBER")
    # one picture from either end, in a table; what only the police may know leaves no trace
    for case in (one, two):
        page = manager.open("/cases/%s/links" % case)
        page.says("A blue van", "A telephone number", "Account Q", "The party in May", two).lacks(
            "SECRETNUMBER", three, "vidence", names[0] if case == two else names[1], names[2])
    officer.open("/cases/%s/links" % one).says("SECRETNUMBER", three)
    # taken back
    manager.record(one, "case-link-ended", linked_case=two, what="Account Q", reason="Another account")
    manager.record(two, "case-link-ended", linked_case=one, what="Account Q", reason="Another account")
    manager.open("/cases/%s/links" % one).lacks("Account Q").says("A blue van")
    # a group has its own meetings
    page = manager.open("/cases/%s/links" % one).follow("Arrange for the whole group: Complex abuse meeting")
    page.says(names[0], names[1], "One picture of all the children").lacks(names[2])
    page.send({"chair": manager.name}, go="record", action="/meetings/arrange")
    for case in (one, two):
        assert manager.entries(case, "meeting-arranged")[-1]["fields"]["kind"] == "complex-abuse"


@requirement("R46")
def the_lead_of_the_exit_strategy_comes_from_the_strategy_meeting(program):
    manager = program.worker("team-manager")
    case = started(manager)
    page = hold_page(manager, case)
    page.send({**everybody_came(page), **dealt(page, case, exit_lead_agency="voluntary", exit_lead_worker="Ms Alder")},
              go="record", action="/hold").says("Who leads on the exit strategy", "Ms Alder")
    page = manager.form(case, "plan-made", "?kind=exit-strategy")
    assert page.typed("lead_agency") == ["voluntary"] and page.typed("lead_worker") == ["Ms Alder"]
    assert manager.form(case, "plan-made", "?kind=child-protection").typed("lead_worker") in ([""], [])


@requirement("R47")
def the_strategy_meeting_comes_together_again_when_the_enquiry_is_concluded(program):
    manager = program.worker("team-manager")
    case = started(manager)
    page = hold_page(manager, case)
    page.send({**everybody_came(page), **dealt(page, case), "reconvene_at": day(10),
               **action(case, 1, "Find where she sleeps", "Ms Alder", "voluntary", day(3))}, go="record", action="/hold")
    assert manager.duty(case, "reconvene-as-agreed")["due_at"][:10] in (day(10), day(9))
    manager.record(case, "enquiry-concluded", outcome="substantiated-continuing-risk", family_can_protect="yes")
    assert manager.has_open(case, "reconvene-strategy-meeting")
    manager.is_refused(case, "case-closed", "has not come together since the enquiry", reasons="Safe", agreed_by="M")
    page = manager.open("/cases/%s/meetings/strategy/hold" % case)
    page.says("What came of earlier actions", "Find where she sleeps")
    page.send({**everybody_came(page), **dealt(page, case)}, go="record", action="/hold")
    assert not manager.has_open(case, "reconvene-strategy-meeting")
    assert not manager.has_open(case, "reconvene-as-agreed")


@requirement("R49")
def what_the_strategy_meeting_recommends_stands_in_each_looked_after_review_until_answered(program):
    manager, officer = program.worker("team-manager"), program.worker("reviewing-officer")
    case = started(manager)
    manager.record(case, "vulnerability-began", vulnerability="looked-after-residential")
    page = hold_page(officer, case)
    page.send({**everybody_came(page), **dealt(page, case, for_looked_after_review=["A place nearer to school"])},
              go="record", action="/hold").says("A place nearer to school")
    assert manager.entries(case, "looked-after-recommendation")[-1]["fields"]["recommendation"] == "A place nearer to school"
    for _ in range(2):
        page = officer.open("/cases/%s/meetings/looked-after-review/hold" % case)
        page.says("Recommendations to this review", "From the record: A place nearer to school")
        page.send({**everybody_came(page), **dealt(page, case)}, go="record", action="/hold").says("Record of the meeting")
    officer.record(case, "looked-after-recommendation-answered", recommendation="A place nearer to school",
                   answer="accepted", reason="In the care plan", specialist="Dr Okoro")
    page = officer.open("/cases/%s/meetings/looked-after-review/hold" % case)
    page.lacks("From the record: A place nearer to school").says("Specialist of the recommendation: Dr Okoro")


@requirement("R50")
def a_care_leavers_personal_adviser_is_asked_to_the_meeting(program):
    manager = program.worker("team-manager")
    case = started(manager, child={"date_of_birth": born(18, 40)})
    manager.record(case, "vulnerability-began", vulnerability="care-leaver")
    manager.record(case, "helper-named", helper_role="personal-adviser", name="Mr Lindqvist", agency="social-care")
    for kind in ("strategy", "pathway-review"):
        page = manager.open("/cases/%s/meetings/arrange?kind=%s" % (case, kind))
        assert "Personal adviser: Mr Lindqvist (Children's social care)" in page.offers("c%s-invited" % case, "/arrange")


@requirement("R52")
def no_meeting_of_any_kind_ends_without_the_plan_to_exit_which_stands_after_safety(program):
    manager, officer = program.worker("team-manager"), program.worker("reviewing-officer")
    case = started(manager)
    kinds = ("strategy", "conference", "family-group", "plan-review", "looked-after-review", "pathway-review",
             "complex-abuse")
    for kind in kinds:
        page = officer.open("/cases/%s/meetings/%s/hold" % (case, kind))
        assert page.text.index("1. Immediate safety") < page.text.index("2. The plan to exit") < page.text.index("3. ")
        sent = {**everybody_came(page), **dealt(page, case)}
        if kind == "conference":
            sent["c%s-subject_of_plan" % case] = "no"
        without = {name: value for name, value in sent.items() if "-exit_plan" not in name}
        refused = page.send(without, go="record", action="/hold")
        assert refused.status == 422, kind
        assert "exit_plan" in refused.html and not [e for e in officer.entries(case, "meeting-held")
                                                    if e["fields"]["kind"] == kind]
        unsafe = {name: value for name, value in sent.items() if "immediate_danger" not in name}
        assert page.send(unsafe, go="record", action="/hold").status == 422, kind
        unheard = {name: value for name, value in sent.items() if "views" not in name}
        page.send(unheard, go="record", action="/hold").says("If the child was not asked, why not?", "There is a problem")
        done = page.send(sent, go="record", action="/hold")
        assert done.status == 200, done.text[:900]
        manager.is_refused(case, "meeting-held", "exit_plan", kind=kind, chair_role="social-care-manager")


@requirement("R62")
def with_the_police_involved_telling_the_parents_is_decided_at_the_meeting_and_nothing_goes_before(program):
    manager = program.worker("team-manager")
    case = started(manager)
    page = hold_page(manager, case).says("When and how parents are told")
    sent = {**everybody_came(page), **dealt(page, case)}
    sent.pop("c%s-dealt-informing-parents" % case)
    refused = page.send(sent, go="record", action="/hold")
    refused.says("“When and how parents are told” is not dealt with", "paragraph 11.62")
    later = {**sent, "c%s-parental_information" % case: "later",
             "c%s-parental_information_reason" % case: "After the arrest"}
    record = refused.send(later, go="record", action="/hold").says("Tell them later", "After the arrest")
    assert not manager.has_open(case, "decide-telling-parents")
    given = {"to": ["Local policing unit (Police)"], "to_more": ["Mother"], "to_parents": "yes",
             "purpose": "To do their part", "legal_basis": "Section 47 of the Children Act 1989"}
    refused = record.send(given, action="/record")
    assert refused.status == 422
    refused.says("Nothing goes to the parents before somebody has decided", "paragraph 11.62")
    assert not manager.entries(case, "record-distributed")
    manager.record(case, "parental-information-decision", inform="now", reason="The arrest is made")
    refused.send({}, action="/record").says("It is on the record who was given it", "Mother")
    assert manager.entries(case, "record-distributed")[-1]["fields"]["to"] == ["Local policing unit (Police)", "Mother"]
