"""What invitations say: to talks of teams, rounds, talks for two, the all-hands and single meetings."""

TALK = (
    "From now on we meet each {day} at {time}. Bring one thing that went well and one that did not, in that order.",
    "New rhythm: {day}, {time}. Three quarters of an hour, and I stop on the minute, even in the middle of a word.",
    "So that nobody has to chase me along the corridor, I keep {day} at {time} free for all of you. The sheet for points hangs where it always hung.",
    "I have put our weekly talk on {day}, {time}. If you have nothing to say, come and listen; somebody else will.",
    "Please keep {time} on {day} free every week. What has to be decided is written on the board beforehand, what is only to be told is told quickly.",
    "Last month we met whenever somebody shouted. Starting next week it is {day}, {time}, and nobody needs to shout.",
    "The {day} round moves to {time} for good, as the coffee is better by then and the printer has woken up.",
    "Let us look at the week together on {day} at {time}. Whoever is on the road telephones in, a gull in the background is no excuse.",
    "For our list of open ends I would like forty minutes of everybody, {day} at {time}. We cross out more than we add, that is the whole idea.",
    "A fixed hour at last: {day}, {time}. I take the minutes in the even weeks, volunteers for the odd ones speak up.",
    "Every week, on {day} at {time}, we go through what is late, what is stuck, and who helps whom.",
    "May I ask all of you for {day}, {time}? I shall bring the list and you bring the answers.",
    "Our talk has an hour of its own now, {day} at {time}, until somebody finds a better one. The window stays shut, after what happened in January.",
    "If we sit down on {day} at {time}, the rest of the week belongs to work. I would like to try that for a month or two.",
)

FOR_TWO = (
    "Half an hour for the two of us, each {day} at {time}? Your matters first, mine if there is time.",
    "I would like to hear how things are with you, every week and without an occasion. {day}, {time}.",
    "Let us talk weekly, on {day} at {time}. No slides, and whoever is interrupted may begin again.",
    "In January you said that we only speak when something burns. {day} at {time}, from now on also when nothing does.",
    "{time} on {day} is yours from now on. Should it be a bad hour, say so and I move it.",
    "A standing half hour, {day} at {time}. Bring what one does not write in a chat.",
    "We keep missing each other, hence a fixed time: {day}, {time}, tea included.",
)

ROUND_TITLES = {
    "Directors": "Diaries side by side", "Finance": "Ledger round", "People": "Door round", "Office": "Parcels and rooms",
    "Workshop": "Walk round the benches", "Field": "Who drives where", "Platform": "Alarms of the night",
    "Sales": "Calls of the day", "Care": "Who takes which call", "Product": "Siskin minute",
}  # fmt: skip
ROUND = (
    "Every working day at {time}, ten minutes, standing. Those who are stuck say so, the others may leave first.",
    "Starting on Monday we begin the day together, at {time}. It will be short, for I have no chair either.",
    "Ten minutes at {time}, each working day: what came in, who takes it, what can wait.",
    "Short round at {time}, daily. Latecomers bring buns, which I mention as a fact and not as a threat.",
    "Once a day I want to see all faces. At {time}, for ten minutes, then everybody is free again.",
    "Our mornings were a muddle last month, so from now on we sort them at {time}, daily and quickly.",
)

ALL_HANDS = (
    "The all-hands is on {day} at {time}, in Ferry for those who find a chair and by telephone for everybody else. Who sits too far east for that hour gets the recording on the next morning.",
    "Please keep {day}, {time}, for the all-hands. Ferry holds fewer people than we are, so teams share a telephone where they can. Overseas and the Reach watch the recording.",
    "All-hands: {day}, {time}. The board's questions first, yours afterwards, and mine not at all. It is recorded for Oud Skerry and Ambry Reach.",
    "On {day} at {time} we come together once more, in Ferry and on the line. Questions are welcome beforehand, also unsigned ones. There will be a recording for those who are asleep by then.",
    "Once a quarter I ask for forty-five minutes of the whole house, this time on {day} at {time}. Sit close together in Ferry, or dial in. The far sites receive what was said on tape.",
)
RECORDING = (
    "The all-hands is at an hour when we ought to be at home, so let us watch it together on {day}, {time}. I bring something salty.",
    "Shall we sit through the recording side by side? {day} at {time}; one may pause it, which is more than they can over there.",
    "On {day} at {time} I play the all-hands for whoever likes company with it.",
    "Recording of the all-hands, {day}, {time}. We collect our questions and send them as one.",
    "Instead of six people watching the same film alone: {day}, {time}, one screen for all of us.",
)

TOPICS = (
    ("Labels for the crates", (
        "Three kinds of label are glued to our crates and the courier believes none of them. Could we choose one on {day} at {time}? I bring samples.",
        "The crates need a label that survives rain and my handwriting. {day}, {time}, three quarters of an hour; tell me if you can come.",
        "Before anybody prints another roll I would like to settle the labels, on {day} at {time}.",
        "{day} at {time}, labels. You had an opinion in the lift, and I should like it written down.",
        "Half the crates say up, the other half say down. May I have you for that on {day}, {time}?",
    )),
    ("What we tell visitors", (
        "Last week two visitors were told two different stories about how old we are. Let us agree on one, {day} at {time}.",
        "For the tour of the house we need five sentences that everybody can say. {day}, {time}? You tell it best.",
        "Visitors ask the same things and hear something else at each door. I would like to mend that on {day} at {time}.",
        "{day}, {time}: a page for whoever shows people round. Please say yes or no, there are only a few chairs.",
        "The next delegation comes soon enough. Could you spare {day}, {time}, so that we rehearse the tour once?",
    )),
    ("Who locks up when", (
        "Twice this month the last one out believed that somebody else was the last one out. {day} at {time}, to make a list?",
        "Keys again. I propose {day}, {time}, and I propose that we leave with a plan that fits on a key ring.",
        "The alarm rang on Sunday because a window was polite and open. Let us divide the evenings between us, {day}, {time}.",
        "A rota for locking up should not take long: {day} at {time}. Can you come?",
        "Whoever stays late inherits the keys, which is unfair to those who stay late. {day}, {time}, I would like your view.",
    )),
    ("A page for newcomers", (
        "What did nobody tell you in your first week? I collect that on {day} at {time}, for a page that spares the next ones.",
        "The welcome page still speaks of the old stairs. {day}, {time}, to rewrite it with people who use the new ones?",
        "New people keep asking where the forms are, and they are right. Could we make them a page on {day} at {time}?",
        "I would like you at the table when we write down how things are done here: {day}, {time}.",
        "One page, no more, for everybody who begins in spring. {day} at {time}, please let me know.",
    )),
    ("Photographs for the yearbook", (
        "The yearbook wants a picture from every corner of the house. {day}, {time}: we choose, nobody is retouched.",
        "I have two hundred photographs and room for nine. Help me on {day} at {time}, you are in most of them.",
        "Choosing pictures alone makes me cruel. Would {day}, {time}, suit you for doing it together?",
        "{day} at {time} we look through last year's photographs. Veto rights for all who are on them.",
        "May I borrow your eyes on {day}, {time}? It is about the yearbook and about a picture with a swan.",
    )),
    ("Old things in the cellar", (
        "The cellar has to be half empty by summer. On {day} at {time} I want to walk through it with you and a roll of red stickers.",
        "Somebody must know what the green machine down there was for. {day}, {time}, bring a torch?",
        "Before the skip arrives we ought to decide what is history and what is rubbish: {day} at {time}.",
        "Cellar visit on {day}, {time}. Say whether you can, I only take three people because of the stairs.",
        "Part of what lies in the cellar bears your handwriting. Shall we look at it together, {day} at {time}?",
    )),
)  # fmt: skip

OWN = (
    ("The shared folder, tidied", (
        "Half of what lies in our folder is from a year nobody misses. Could we throw it out together on {day} at {time}?",
        "I would like to tidy the shared folder and not be hated for it. {day}, {time}, half an hour.",
        "Folder day: {day} at {time}. Bring names for the things you want to keep.",
        "Let us go through the folder once, on {day}, {time}, before it goes through us.",
        "On {day} at {time} I delete what nobody defends. Come and defend.",
    )),
    ("Holiday cover in April", (
        "April is full of holidays, mine among them. Can we see on {day} at {time} who covers what?",
        "Let us lay our calendars for April side by side, {day}, {time}.",
        "Who stands in for whom around Easter? I suggest {day} at {time} and an honest look at it.",
        "Half an hour on {day}, {time}, for the gaps in April, so that none of us finds them out alone.",
        "I have drawn April on paper and it has holes. {day} at {time}?",
    )),
)  # fmt: skip
