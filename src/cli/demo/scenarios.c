/*
 * What happens to the children: eight courses of events, each from the first worry to a safe end. Factual and
 * plain; what was done is never described, only what others saw and what is done about it.
 */
#include "cli/demo/demo.h"

#include "base/text.h"

const struct scenario scenarios[] = {
    {
        .id = "gifts",
        .weight = 22,
        .age_least = 13,
        .age_most = 15,
        .girls = 70,
        .referrer = SCHOOL_NURSE,
        .source = "3C",
        .involvement = "likely",
        .referral =
            "{Name} came to the school nurse [on Monday|after lunch|twice this month] with headaches and "
            "tiredness. "
            "{He} has {gift} that {his} {parent} did not buy and says an older friend gave it. Staff at "
            "{school} "
            "have seen {him} get into the car of an adult they do not know, last at 3:40pm by the back gate. "
            "{He} has missed [four|six|seven] afternoons since half-term.",
        .exchange = "gifts money",
        .route = "older-partner",
        .parents_reason =
            "{Name} asked that {parent_name} is not told before somebody has talked with {him} again; the "
            "police are to be asked first.",
        .views = "\"He's just nice to me, nobody else is.\" {Name} says {he} is not in any trouble and does "
                 "not want a "
                 "fuss, but would like the messages at night to stop.",
        .views_how = "In conversation with the school nurse, without anybody else there",
        .decision =
            "The [gifts|gifts and missed lessons], the car and the messages at night, at {his} age, are more "
            "than "
            "enough for an assessment. {Name} will be seen at school, with {nurse}, where {he} feels safe.",
        .abuser = "man known as K",
        .abuser_notes =
            "In his twenties, drives a dark hatchback. {Name} knows him through {friend}. Part of the number "
            "of the car was written down by the caretaker.",
        .abuser_has_children = false,
        .finding = "likely",
        .assessment =
            "{Name} was seen twice, at school and at home. {He} describes lifts, presents and being asked to "
            "keep them secret. {Parent_name} had noticed {gift} and the late nights and did not know "
            "whom to ask. {He} trusts {nurse} and comes to the drop-in every week.",
        .harm =
            "An adult of about ten years more decides when {name} is fetched and what {he} tells at "
            "home\nPresents are "
            "given and {he} is told what {he} owes for them\n{Name} was taken to {place} twice without {his} "
            "{parent} knowing",
        .enquiry = "Who the adult is, whether other children of {school} are concerned, and what keeps "
                   "{name} safe on "
                   "the way home.",
        .meeting = "Health: {name} attends the drop-in and talks. School: attendance 71 per cent, good in "
                   "art. Police: the "
                   "car is known from another enquiry. Family: {parent_name} wants help and will take part.",
        .decisions =
            "{Name} is fetched from school by a named adult for the next four weeks\nThe police speak to the "
            "keeper of the car before the weekend\n{Nurse} stays the worker whom {name} sees every "
            "week\n{Parent_name} is told today, by the social worker together with {name}",
        .health = "Headaches and poor sleep, both better since the telephone stays downstairs at night. "
                  "Registered with "
                  "the clinic's session for young people; goes with {nurse}.",
        .education =
            "Attendance is back to 90 per cent. A mentor meets {him} on Mondays, and art is on the timetable "
            "twice a week.",
        .family = "{Parent_name} sets times and keeps to them, and asks for help when {name} is late. Needs "
                  "somebody to "
                  "talk to about how grooming works.",
        .outcome =
            "{Name} needs a plan with safe journeys, one worker {he} trusts and something {he} is good at. "
            "Exploitation is likely to have begun; it can be stopped.",
        .concluded = "Two adults confirm the lifts and presents. The police served a notice on the adult. "
                     "{Name} spoke "
                     "about it with {nurse} there.",
        .family_protects = true,
        .goals = "{Name} comes home from school without being met by people {his} family does not "
                 "know\n{Name} is in "
                 "lessons nine days of ten\n{Name} has somebody to ring at any hour",
        .parts = "safety education-employment someone-to-turn-to leisure",
        .barriers = "attachment earnings",
        .barrier_help =
            "Weekly talks with {nurse} about what friendship is and is not\nThe art club, with its materials "
            "paid for",
        .plan_views = "\"I don't mind the plan if {nurse} does it and not someone new.\"",
        .reviews = {"No contact with the adult is known since the notice. {Name} hands in artwork for the "
                    "school show and "
                    "walks home with two friends.",
                    "Attendance 94 per cent. {Name} told {nurse} about a message from a new number before "
                    "answering it: "
                    "the police have it.",
                    "Half a year without lifts or presents. {Name} says {he} would tell a friend to talk to "
                    "somebody."},
        .closing = "Its goals are met: school, safe journeys, someone to turn to. {Name} and {parent_name} "
                   "agree, and know "
                   "whom to ring. {Nurse} goes on seeing {name} at the drop-in.",
        .again = "{Name} was seen again near {place} with an adult, after dark. {He} told {nurse} that "
                 "somebody {he} used "
                 "to know has written to {him} and wants to meet.",
    },
    {
        .id = "missing-from-care",
        .weight = 14,
        .age_least = 14,
        .age_most = 16,
        .girls = 60,
        .referrer = YOUTH_WORKER,
        .source = "8",
        .involvement = "likely",
        .referral =
            "{Name} lives in a children's home in {area} and was missing [overnight twice|three evenings] in "
            "two weeks. "
            "On return {he} had {gift} and money that {he} does not explain. A worker of the drop-in saw "
            "{him} at {place} with adults who left when they were spoken to.",
        .exchange = "accommodation money drink",
        .route = "place",
        .views = "\"There's nothing to do at the home. They let me stay and they don't ask questions.\" "
                 "{Name} wants to see "
                 "{his} {brother} more often.",
        .views_how = "Over tea at the drop-in, and again on the way back",
        .vulnerability = "looked-after-residential missing",
        .vulnerability_notes = "Placed since last year; the home reports each absence to the police at once.",
        .decision = "A looked-after child, missing, with unexplained money: an assessment is required, and "
                    "{his} own social "
                    "worker does it. Every return is followed by a talk with somebody {he} chooses.",
        .abuser = "couple at the flat above the shop",
        .abuser_notes =
            "A man and a woman in their thirties; the flat is visited by several young people. The landlord "
            "is known.",
        .abuser_has_children = true,
        .finding = "involved",
        .assessment =
            "{Name} names the flat and says who opens the door. {He} stays there because it is warm and "
            "nobody asks. "
            "Two other young people of the home know it. {Name} is angry that {he} sees {his} family "
            "so little.",
        .harm =
            "Adults give {name} a place to sleep and drink and expect {him} to come back\n{Name} is not "
            "fetched: {he} "
            "goes by {him}self and does not see the danger\nThe flat is used again each time {he} is missing",
        .enquiry = "What happens at the flat, who else goes there, and what the home can do in the hour "
                   "after {he} leaves.",
        .meeting = "Home: absences follow telephone calls with the family. Police: two other young people "
                   "were found at "
                   "the address. Drop-in: {name} comes on Tuesdays. Health: no recent contact.",
        .decisions =
            "The police visit the address and consider notices\nThe home rings {name} and the drop-in within "
            "thirty minutes of an absence\nContact with the family becomes a fixed day each "
            "week\n{Youth_worker} "
            "does the talks on return",
        .health = "A health review was overdue and has been held; glasses ordered. Goes to the clinic with "
                  "{youth_worker}.",
        .education = "Half days at {school} with a keyworker, building up to full days. Wants to cook: a "
                     "taster day at the "
                     "college is booked.",
        .family = "{Parent_name} wants contact and keeps to it. Living together is not possible this year.",
        .outcome =
            "The pull is warmth and company. A fixed day with the family, cooking and one worker reduce it; "
            "the address is a matter for the police.",
        .concluded =
            "The police closed the address. Three young people, {name} among them, said what happened there.",
        .family_protects = false,
        .goals = "{Name} is home at the time {he} agreed, and rings when it changes\n{Name} sees {his} "
                 "family each week\n"
                 "{Name} starts the cookery course",
        .parts = "safety networks education-employment confidential-space",
        .barriers = "dependency income",
        .barrier_help =
            "An allowance paid weekly in place of monthly\nA bed kept and no questions asked on the night of "
            "a return",
        .plan_views = "\"Sunday with my family is the best bit. I'll ring if I'm late.\"",
        .reviews = {"One absence in six weeks; {name} rang {youth_worker} and was fetched. Contact on "
                    "Sundays was kept each "
                    "week.",
                    "No absence. {Name} cooked for the house and was asked to show the others.",
                    "Settled. {Name} gave a statement and had {youth_worker} beside {him}."},
        .closing = "No absence for four months, the address is closed, contact and course hold. The "
                   "looked-after review "
                   "carries on what is left.",
        .again = "After a change of room-mates {name} was missing for one night and came back with a "
                 "telephone {he} says "
                 "was found.",
    },
    {
        .id = "online",
        .weight = 18,
        .age_least = 12,
        .age_most = 15,
        .girls = 55,
        .referrer = TEACHER,
        .source = "2A",
        .involvement = "at-risk",
        .referral = "{Parent_name} brought {his} telephone to {school}: for [five weeks|two months] somebody "
                    "who says he is "
                    "sixteen has written to {name} through {app}, mostly after midnight, and now asks {him} "
                    "to meet and "
                    "to keep it secret. {Name} has grown quiet and falls asleep in lessons.",
        .exchange = "gifts other",
        .route = "online",
        .views = "\"I thought he was my age. I feel stupid.\" {Name} wants it to stop and is afraid that "
                 "everybody at school "
                 "will hear of it.",
        .views_how = "With {teacher} and {his} {parent}, then alone with {teacher}",
        .decision = "A planned meeting with a stranger who lies about his age. The assessment starts today; "
                    "the telephone "
                    "goes to the police with {his} agreement.",
        .abuser = "person writing as \"sk8r_north\"",
        .abuser_notes = "Account of {app}; photographs are of somebody else. The police have the telephone.",
        .abuser_has_children = false,
        .finding = "likely",
        .assessment = "The messages show weeks of flattery, secrets and, lately, pressure. {Name} told "
                      "nobody for fear of "
                      "losing the telephone. {Parent_name} and {name} talk about it now and want the same.",
        .harm = "Somebody who hides his age presses {name} to come to {place} alone\n{Name} was told what "
                "would be "
                "shown to others if {he} did not come\nThe writing went on every night",
        .enquiry = "Who writes, whether he has met others, and how {name} can be online without being found.",
        .meeting = "Police: the account belongs to a man of 34 in another county; two other children have "
                   "been written "
                   "to. School: knows, has kept it private. Family: rules for the night agreed.",
        .decisions = "The police of the other county arrest and search\n{Teacher} is the person {name} comes "
                     "to at school\n"
                     "A worker of the charity meets {name} six times\nNothing is said in class",
        .health = "Sleep is better. Offered counselling through the practice; {name} would like to wait.",
        .education = "A quiet room when {he} needs it; work caught up with by the end of term.",
        .family = "{Parent_name} listens and does not blame. Wanted to know what to look for, and went to "
                  "the evening "
                  "at school.",
        .outcome =
            "{Name} is safe at home and wants help. What remains is to feel safe online and not ashamed.",
        .concluded = "The man was charged. {Name} need not give evidence in court in person.",
        .family_protects = true,
        .goals = "{Name} sleeps without the telephone beside {him}\n{Name} tells somebody when a stranger "
                 "writes\n{Name} "
                 "goes back to the swimming club",
        .parts = "safety confidential-space leisure",
        .barriers = "fear",
        .barrier_help =
            "The police tell {name} each time something happens in the case, before others hear of it",
        .plan_views = "\"I want to swim again and not talk about it every day.\"",
        .reviews = {"{Name} swims on Thursdays. A stranger wrote once; {name} showed it to {parent_name} the "
                    "same evening.",
                    "Nothing new. The six meetings are over, {name} may ring when {he} likes.",
                    "The man was sentenced. {Name} heard it first from the police officer {he} knows."},
        .closing = "The risk is gone with the sentence, and {name} has people {he} tells things to. {Name}, "
                   "{parent_name} "
                   "and school agree.",
        .again = "A new account has written to {name} with words only the first man used. {Name} told "
                 "{teacher} within the "
                 "hour.",
    },
    {
        .id = "debt",
        .weight = 14,
        .age_least = 14,
        .age_most = 17,
        .girls = 25,
        .referrer = TEACHER,
        .source = "2A",
        .involvement = "likely",
        .referral = "{Name} told {teacher} that {he} \"owes people\" [two|three|four] hundred pounds for "
                    "something that was taken "
                    "from {him}. {He} has been seen at {place} in school hours, is fetched by a taxi {he} "
                    "does not order, "
                    "and came back with {gift}. {He} is frightened and asked not to be sent home early.",
        .exchange = "money drugs",
        .route = "debt",
        .parents_reason = "{Name} believes that those {he} owes would go to the house. The strategy meeting "
                          "decides when and "
                          "how {parent_name} is told.",
        .views = "\"I can't just stop, they know where my {brother} goes to school.\" {Name} wants to be "
                 "somewhere they do not "
                 "come.",
        .views_how = "With {teacher}, in the library, after two tries",
        .decision =
            "A child made to work off a debt by adults is exploited, whatever {he} is told it is called. An "
            "assessment is required, and the family's safety is part of it.",
        .abuser = "two men known as R and Biggs",
        .abuser_notes = "Use taxis booked under other names. Ask young people outside {school} for favours.",
        .abuser_has_children = true,
        .finding = "involved",
        .assessment = "{Name} explains how a small favour became a debt, and what {he} was made to do to pay "
                      "it: to stay in a "
                      "flat with adults for two weekends. {He} sleeps badly and watches the window.",
        .harm = "Adults set a debt that cannot be paid and threaten the family\n{Name} was kept at a flat "
                "over two weekends\n"
                "The taxi still comes",
        .enquiry =
            "Who sets the debt, how the family is kept safe, and where {name} can be for the next weeks.",
        .meeting =
            "Police: both men are known, a plan for the house is in place. School: lessons moved, another "
            "gate. "
            "Housing: a move can be made in two weeks. Youth offending: {name} is a victim, nothing is open.",
        .decisions = "The house has a marker for an immediate response\n{Name} stays with {his} aunt in "
                     "Market Harborough for "
                     "three weeks, with a manager's approval\n{Youth_worker} sees {him} twice a week\nThe "
                     "taxi firm gives "
                     "its bookings to the police",
        .health = "Poor sleep and stomach pain, seen by the practice. No injury.",
        .education =
            "Work is sent; back at another site of {school} after three weeks. Wants an apprenticeship as an "
            "electrician.",
        .family = "{Parent_name} was told in the second week, with a police officer there, and holds "
                  "together with {name}.",
        .outcome = "{Name} is a victim of adults who use children. Distance first, then an apprenticeship, "
                   "then a life "
                   "without them.",
        .concluded = "Both men were charged. Nothing is owed; the family has heard it from the police.",
        .family_protects = true,
        .goals = "Nobody comes to the house\n{Name} starts the pre-apprenticeship\n{Name} can say no to a "
                 "favour and knows "
                 "whom to ring",
        .parts = "safety education-employment someone-to-turn-to networks",
        .barriers = "fear income",
        .barrier_help = "An alarm at the house and one number that is answered\nA bursary so that there is "
                        "money of {his} own",
        .plan_views = "\"If they leave my family alone I can do this.\"",
        .reviews =
            {"The taxi has not come for a month. {Name} passed the first unit and kept every appointment.",
             "One of the men wrote from custody; the letter is with the police. {Name} rang {youth_worker} "
             "at once.",
             "{Name} earns {his} own money and says the telephone \"is just a phone again\"."},
        .closing = "No contact for five months, both men sentenced, apprenticeship begun. {Name} and "
                   "{parent_name} agree.",
        .again = "A younger cousin says {name} gave {him} money and was seen in a car with somebody who used "
                 "to know R.",
    },
    {
        .id = "found-at-night",
        .weight = 14,
        .age_least = 13,
        .age_most = 16,
        .girls = 65,
        .referrer = POLICE_OFFICER,
        .source = "6",
        .involvement = "involved",
        .danger = true,
        .danger_reason =
            "{Name} was alone with adults at night and could not say who they were. {He} is with the police, "
            "who use their powers of protection.",
        .referral = "At [1:20am|2:05am|11:50pm] a patrol found {name} at {place} with two adults who left. "
                    "{He} was cold, gave "
                    "another name first and had {gift} and thirty pounds. Home in {area} did not know that "
                    "{he} was out.",
        .exchange = "money drink drugs",
        .route = "group",
        .parents_reason =
            "Not before the police and social care have talked this morning: how {name} left the house is "
            "not known yet.",
        .views = "{Name} said little, asked for something to eat, and whether {his} {parent} would be angry. "
                 "\"I want to "
                 "sleep.\"",
        .views_how = "In the car and at the station, with the officer who stayed with {him}",
        .decision = "Found at night with adults, under police protection: an assessment is required today. "
                    "Where {name} can "
                    "safely be from tomorrow is the first question.",
        .abuser = "driver of a white van",
        .abuser_notes =
            "Seen by the patrol, about forty, left towards the ring road. Camera pictures are asked for.",
        .abuser_has_children = true,
        .finding = "involved",
        .assessment = "{Name} has been fetched by the same adults on three nights. {He} was told that "
                      "{parent_name} would "
                      "be hurt if {he} spoke. Home is caring; a back door was left on the latch.",
        .harm = "Adults move {name} about at night\n{Name} was threatened about {his} family\nIt was the "
                "third time",
        .enquiry = "Who drives the van, who else was in it, and how the house is made safe.",
        .meeting =
            "Police: the van is registered to a firm, the driver is to be interviewed. Social care: home "
            "with locks "
            "and a plan for nights. School: {name} did well until this term. Health: seen at the hospital.",
        .decisions = "The driver is interviewed this week\nLocks and a light at the house by Friday\n{Name} "
                     "is with an aunt "
                     "at night until then\nOne officer, {officer}, is the one whom {name} speaks to",
        .health = "Seen at the hospital with a nurse {he} chose. Follow-up at the clinic in two weeks.",
        .education = "Starts at ten for the first weeks. A friend in the same class walks with {him}.",
        .family = "{Parent_name} feels to blame. The house is safe now; somebody rings every evening.",
        .outcome = "{Name} was exploited and is safe at home. A plan is needed for nights, school and what "
                   "{he} was told.",
        .concluded = "The driver and one other were charged. {Name} gave an interview in one sitting.",
        .family_protects = false,
        .goals = "{Name} sleeps at home every night\n{Name} is back in all lessons\n{Name} can tell "
                 "{officer} anything",
        .parts = "safety health education-employment someone-to-turn-to",
        .barriers = "fear attachment",
        .barrier_help =
            "{Officer} rings once a week, also when there is nothing new\nA counsellor of the charity",
        .plan_views = "\"I want it to be normal. I want the light on the stairs.\"",
        .reviews = {"Every night at home for seven weeks. {Name} asked for {his} first full day at school.",
                    "A car stopped near the house once; {name} rang, the police came within six minutes.",
                    "All lessons, the choir again, and the light on the stairs is off."},
        .closing = "Nights, school and trust hold for half a year; the court case is over. {Name} and "
                   "{parent_name} agree.",
        .again = "{Name} was not in {his} room at midnight and came back at four. {He} says {he} only "
                 "walked; there was a "
                 "message from an unknown number.",
    },
    {
        .id = "older-partner",
        .weight = 12,
        .age_least = 15,
        .age_most = 17,
        .girls = 80,
        .referrer = HOUSING_OFFICER,
        .source = "4",
        .involvement = "likely",
        .referral = "{Name} asked for a room [for {him} alone|\"anywhere but there\"]. {He} has lived for "
                    "weeks with a man of "
                    "about [30|28|33] who {he} calls {his} partner and who pays for everything. {He} has no "
                    "key and no money "
                    "of {his} own, and looked at the door while {he} spoke.",
        .exchange = "accommodation money gifts",
        .route = "older-partner",
        .views = "\"He looks after me. But I'm not allowed to see {friend} any more.\" {Name} wants a place "
                 "of {his} own, and "
                 "college.",
        .views_how = "At the housing office, in a room without him, in two conversations",
        .decision = "{Name} is a child in law and depends wholly on an adult who sets the rules. That is not "
                    "a choice freely "
                    "made: an assessment is required.",
        .abuser = "man known as Ash",
        .abuser_notes = "About thirty, works in car repair. {Name} met him when {he} was fifteen.",
        .abuser_has_children = true,
        .finding = "likely",
        .assessment =
            "{Name} describes a life in which another decides about money, clothes and visits. {He} would "
            "leave if "
            "there were somewhere to go. {Parent_name} has not seen {him} since spring and would like to.",
        .harm = "An adult controls money, key and company\nVisitors come whom {name} did not invite\n{Name} "
                "is told that "
                "nobody else would have {him}",
        .enquiry =
            "What {name} lives under, what the police know of the man, and what {he} needs to leave safely.",
        .meeting = "Housing: a supported room is free from Monday. Police: an earlier complaint by another "
                   "young person. "
                   "College: a place is kept. Charity: a worker can meet {name} the same day.",
        .decisions = "{Name} is offered the room and a worker who helps with the move\nThe police prepare to "
                     "be there on the "
                     "day\nAn emergency payment is made to an account of {his} own\n{Parent_name} is told "
                     "when {name} says "
                     "so",
        .health = "Has not seen a doctor for two years; registered again, anaemia is treated.",
        .education = "Level 2 health and care at the college from next month, with a bus pass.",
        .family = "{Parent_name} and {name} have met twice in a cafe. Both want to go slowly.",
        .outcome = "{Name} needs a home, an income and time. Each of them makes the next one easier.",
        .concluded = "{Name} has moved and does not want a trial now. The police keep what is known and act "
                     "on the other "
                     "complaint.",
        .family_protects = true,
        .goals = "{Name} has {his} own key and {his} own account\n{Name} sees {friend} and {his} "
                 "family\n{Name} is at "
                 "college four days a week",
        .parts = "safety education-employment health networks",
        .barriers = "dependency income attachment",
        .barrier_help =
            "Income support for a young person estranged from family\nA worker who is there on the days that "
            "are hard",
        .plan_views = "\"I thought I would miss him more. I miss the flat a bit.\"",
        .reviews =
            {"Eight weeks in the room, two rent payments made by {him}self. He wrote, {name} did not answer.",
             "College four days. {Name} cooked for {parent_name}.",
             "{Name} has joined the residents' group and tells new ones how it works."},
        .closing = "Home, income and college hold; {name} says {he} is not afraid of meeting him. Support "
                   "goes on through "
                   "the housing worker.",
        .again = "{Name} has stayed away from the room for three nights and college has not seen {him}. A "
                 "neighbour saw the "
                 "man's car.",
    },
    {
        .id = "care-leaver",
        .weight = 6,
        .age_least = 17,
        .age_most = 17,
        .girls = 55,
        .referrer = YOUTH_WORKER,
        .source = "8",
        .involvement = "at-risk",
        .referral = "{Name} left care this year and lives in a supported flat in {area}. [Different "
                    "adults|People {he} does not "
                    "know well] come and stay, and the housing worker was told not to come in. {Name} gives "
                    "them money and "
                    "says they are friends. {He} rang the drop-in twice and hung up.",
        .exchange = "drink drugs other",
        .route = "peers",
        .views = "\"If I say no I'm on my own again.\" {Name} would like somebody to be there when {he} "
                 "tells them to go.",
        .views_how = "On the telephone, and the next day at the drop-in",
        .vulnerability = "care-leaver",
        .vulnerability_notes = "Has a personal adviser and a pathway plan to be made again.",
        .decision = "A young person alone in a flat that others have taken over. The assessment is done "
                    "together with {his} "
                    "personal adviser.",
        .abuser = "group around a woman called Dee",
        .abuser_notes = "Three or four adults; known to housing from another block.",
        .abuser_has_children = true,
        .finding = "at-risk",
        .assessment = "{Name}'s flat is used by others, and {he} pays for it with money and fear. No finding "
                      "of exploitation "
                      "beyond that; it is likely to follow if nothing is done.",
        .harm = NULL,
        .enquiry = NULL,
        .meeting =
            "Personal adviser, housing, police and {name} {him}self: how the flat becomes {his} own again.",
        .decisions = "The lock is changed and a caretaker is there in the evenings\nThe police visit with "
                     "the housing officer\n"
                     "{Name} has a weekly evening at the drop-in",
        .health = "Registered with the practice in {area}; dentist booked.",
        .education = "Works two days in a cafe, wants more hours.",
        .family = "Sees a former foster carer on Saturdays, who counts as family.",
        .outcome =
            "The flat, the evenings and the Saturday visits hold {name}. The pathway plan carries them.",
        .concluded = NULL,
        .family_protects = true,
        .goals = "The flat is {name}'s own\nMore hours at the cafe\nSomebody to ring at night who answers",
        .parts = "safety education-employment someone-to-turn-to",
        .barriers = "dependency",
        .barrier_help = "A number that is answered until midnight",
        .plan_views = "\"I like that I chose who has the spare key.\"",
        .reviews = {"Nobody has stayed over for six weeks. {Name} works four days.",
                    "{Name} paid back half of the debt and cooks on Saturdays with {his} former carer.",
                    "{Name} has signed the tenancy in {his} own name."},
        .closing = "The flat is {his} own and {he} knows whom to ring. The pathway plan and the personal "
                   "adviser go on to "
                   "the twenty-first birthday.",
        .again = "The housing worker found two of the adults in the flat again; {name} says they had nowhere "
                 "to go.",
    },
    {
        .id = "not-confirmed",
        .weight = 6,
        .age_least = 13,
        .age_most = 17,
        .girls = 50,
        .referrer = TEACHER,
        .source = "2A",
        .involvement = "at-risk",
        .referral = "{Name} was picked up from {school} by a young adult nobody knew, [on Tuesday|twice last "
                    "week], and has {gift}. "
                    "{He} laughed when {he} was asked. Staff are not sure, and would rather ask.",
        .exchange = "gifts",
        .route = "unknown",
        .views = "\"That's my cousin, he's back from Leeds.\" {Name} does not mind being asked.",
        .views_how = "With the form tutor",
        .decision =
            "{Parent_name} confirmed the same day that the young adult is {his} cousin and bought the "
            "present for "
            "{name}'s birthday. Nothing else is known to any agency. {School} was right to ask, and will "
            "ask again if anything changes.",
        .abuser = "",
        .abuser_notes = NULL,
        .finding = "none",
        .assessment = NULL,
        .closing = "There is no concern: the adult is family and the present is explained. The referral and "
                   "its reasons "
                   "stay on record.",
    },
};
const size_t scenario_count = sizeof scenarios / sizeof *scenarios;

const struct scenario *scenario_find(const char *id)
{
    for (size_t i = 0; i < scenario_count; i++) {
        if (text_equal(scenarios[i].id, id)) {
            return &scenarios[i];
        }
    }
    return NULL;
}
