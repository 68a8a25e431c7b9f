"""The frames of requests: how people ask, go on, open, close and digress, as templates with choices.

`{g}` stands for what is wanted, an imperative such as "book a hotel". Words that could be taken for a detail (numbers,
dates, names, "first" and "last") stand in none of them. What tells varieties of English apart follows the surveys in
Kortmann and Schneider, "A handbook of varieties of English" (2004): idioms of politeness, not errors.
"""

from digit_tc.records import Expertise, Language

POLITE = (
    "[could|would|can] you [please |kindly |perhaps |possibly |]{g}?",
    "[could|would|can|might] you {g}[ for me|][, please|, if that is all right|, if you do not mind|]?",
    "[I would be|I'd be] [grateful|very grateful|thankful|glad|so glad|most obliged] if you [could|would] {g}.",
    "please {g}[, if you can|, if possible|, if you would|, if that is all right|].",
    "[would|could] you be so [kind|good] as to {g}?",
    "[may|might|could] I ask you to {g}[, please|]?",
    "[I would|I'd] [appreciate it|really appreciate it|like it very much] if you [could|would] {g}.",
    "[would|do] you mind [helping me|giving me a hand] to {g}?",
    "if you [do not|don't] mind, please {g}.",
    "[would|could] you do me [a favor|a kindness] and {g}?",
)
PLAIN = (
    "[can|could|will] you {g}[ for me|]?",
    "I [need|want|would like|have|wish|am trying|am hoping|am going] to {g}.",
    "I [need|want|would like|expect] you to {g}.",
    "[is it|would it be] possible to {g}?",
    "what I [need|want|would like|am after] is to {g}.",
    "[let us|help me|help me to] {g}.",
    "my [plan|idea|aim|wish] is to {g}.",
    "[the point|the idea|what matters] [now |here |]is to {g}.",
    "[it is time|I have decided|I am ready|I mean] to {g}.",
    "I [need|want|could use] [some |a bit of |your |]help to {g}.",
    "here is what I [need|want|would like]: {g}.",
    "[can|could] we {g}?",
    "how about we {g}?",
)
BLUNT = (
    "{g}.",
    "[just|simply|quickly] {g}.",
    "[go ahead|go on] and {g}.",
    "[I need|I want] you to {g}[, that is it|, nothing more|, quickly|, and quickly|].",
    "{g}[, now|, no fuss|, as quickly as you can|, will you].",
    "[do|please do] this for me: {g}.",
)
HEDGED = (
    "I was [wondering|just wondering|curious] [if|whether] you [could|can|might] {g}.",
    "I [think|guess|suppose|believe] I [need|want|should ask you|would like|ought] to {g}.",
    "[maybe|perhaps] you [could|can] {g}?",
    "[would|might] it [perhaps |maybe |]be possible to {g}?",
    "if it is not too much [trouble|bother|hassle], [could|can|would] you {g}?",
    "[do|would] you think you [could|might] {g}?",
    "[if I may|if I might], I would [like|ask you|need] to {g}.",
    "I am not [sure|quite sure|certain] [how|whether] this works, but [could|can] you {g}?",
    "I was [hoping|rather hoping|kind of hoping] [to|you could|we could] {g}.",
    "[is there|would there be] [any|a] [way|chance|possibility] to {g}?",
)
OWN: dict[Language, tuple[str, ...]] = {
    "american": (
        "[go ahead and|do me a favor and|could you go ahead and] {g}.",
        "I [was hoping|am looking|would love] to {g}.",
        "[I'd|I would] [like|love] for you to {g}.",
        "[any chance|any way] you could {g}?",
        "mind if we {g}?",
    ),
    "british": (
        "[any chance|is there any chance] you could {g}?",
        "[could you|would you] be a star and {g}?",
        "I [should|would] [like|quite like|rather like] to {g}[, please|, if I may|].",
        "[might|could] I trouble you to {g}?",
        "[fancy|would you mind] helping me {g}?",
        "I [was|am] [rather |quite |]hoping you [could|might] {g}.",
        "do {g}[, would you|, please|, if you can].",
    ),
    "indian": (
        "kindly {g}.",
        "[I request you to|my request is to] {g}.",
        "[please do the needful and|do one thing,] {g}.",
        "[kindly|please] help me [out |]and {g}.",
        "[it would be|will be] of great help if you could {g}.",
        "I am [wanting|needing] to {g}.",
    ),
    "plain": (
        "please, {g}.",
        "I [want|need|like|would like] to {g}[, please|].",
        "please help me to {g}.",
        "[can|could] you [please |]help me to {g}?",
        "it is possible to {g}?",
        "my question is, can you {g}?",
        "for me it is important to {g}.",
    ),
}
"""How those ask who write one variety of English."""
SHOW = (
    "[can|could|would|will] you [please |kindly |just |]{g}?",
    "[can|could|would] you {g}[, please|, if you can]?",
    "[please |just |kindly |go ahead and |]{g}.",
    "[I would be glad|I'd be glad|it would help] if you could {g}.",
    "I [need|want|would like] you to {g}[, please|].",
    "[perhaps|maybe] you could {g}?",
)
"""How is asked where the wish itself begins with "show me" or "give me"."""

THEN = (
    "[then|and then|next|after that|afterwards|from there|following that|with that in place|right after that],",
    "[once|as soon as|when|after] [that is done|this is done|you have that|that is sorted|that is settled|"
    "it is ready|you are through with that],",
    "[also,|and|and also|besides,|in addition,|plus,|on top of that,|apart from that,|while you are there,|"
    "beyond that,]",
)
FINALLY = ("[finally|and finally|to finish|to wrap up|to round it off|at the end|to conclude],",)
GOING_ON = (
    "{ask}",
    "{link} {ask}",
    "{link} [please |||]{g}[, too|, please||].",
    "{link} {g}[, if you can|, please||].",
    "[I also|and I] [need|want|would like] you to {g}.",
    "[and |also, |][could|can|would] you {g}[, too|, please|, as well||||]?",
)
"""How a further wish follows: behind a link, in a way of asking or on its own."""

LEADS = (
    "[also|by the way|for this|for that|here|for the record|oh, and|of course|in this case|as for the details|"
    "to be precise|to be clear|while you are there|if it matters|to make it easy|as for the rest|"
    "and before I forget|while I think of it|regarding this|concerning that],",
)
"""What stands before a detail, whatever its sentence is like."""
TELLING = (
    "[please note that|I should add that|let me add that|just so you know,|keep in mind that|mind that|"
    "bear in mind that|remember that|it may help to know that|I want to mention that|you should know that|"
    "I can tell you that|let me mention that|you will need to know that]",
)
"""What stands before a detail that is stated as a fact."""
TRAILS = ("[, please|, if possible|, if that is all right|, if you can|, if that works|, thanks|, if you do not mind]",)
"""What may follow a detail."""

GREETINGS = ("[hi|hello|hey|hi there|hello there|hey there|good morning|good afternoon|good evening|greetings][,|!]",)
FORMAL = ("[good morning|good afternoon|good evening|good day|hello|greetings|dear team|to whom it may concern],",)
GREETINGS_OF: dict[Language, tuple[str, ...]] = {
    "american": ("[hey|hi|hi folks|hey there][,|!]",),
    "british": ("[hiya|morning|afternoon|hello there|evening][,|!]",),
    "indian": ("[namaste|dear sir or madam|dear team|respected team|good day],",),
    "plain": ("[hello|good day|hello to you|hi][,|!]",),
}
FOLLOW_UPS = (
    "[thanks|thank you][ so much| a lot| very much| for that| for this|].",
    "[great|perfect|good|nice|super|wonderful|excellent|lovely|fine|okay|all right][, thanks|, thank you|, got it|"
    ", understood|, that helps|, that works|, that will do|].",
    "[got it|understood|noted|I see|makes sense|that helps|that works|that will do][, thanks|, thank you|].",
)
FOLLOW_UPS_OF: dict[Language, tuple[str, ...]] = {
    "american": ("[awesome|sweet|cool|sounds good][, thanks|].",),
    "british": ("[brilliant|smashing|cheers|ta|spot on|right you are][, thank you|, that is lovely|].",),
    "indian": ("[very good|superb|thank you so much|good][, noted|, understood|].",),
    "plain": ("[very good|okay, good|thank you, good|good, I understand].",),
}
PASSING = ("[,|, and|, so][| now]",)
"""How a reply to the assistant goes on to what is wanted next."""
NEXT = (
    "[now|next|okay, now|and now|so|right, so|moving on|now then|one more thing|another thing|one other thing],",
    "[while we are at it|while I have you|while I am here|since we are on it|before I forget|if I may go on],",
)

TIED = (
    "[, thanks|, thank you|, many thanks|, thanks a lot|, and thanks|, and thank you][ in advance| for your help|].",
)
"""Thanks at the end of a sentence."""
CLOSERS = (
    "[thanks|thank you][ in advance| so much| a lot| very much| for your help| for doing this|"
    " for your time| for the help|][.|!]",
    "[much appreciated|I appreciate it|I appreciate your help|appreciate it|with thanks|you are a great help][.|!]",
    "[that|this] would [really |truly |certainly |][be great|be lovely|be perfect|be a relief|help|help a lot|"
    "be wonderful|suit me well|be a big help].",
)
CLOSERS_OF: dict[Language, tuple[str, ...]] = {
    "american": ("[thanks a bunch|thanks a ton|appreciate you][!|.]",),
    "british": ("[cheers|ta|thanks ever so much|that would be brilliant|much obliged][.|!]",),
    "indian": ("[thanking you|thanks and regards|kindly do the needful|thank you so much in advance].",),
    "plain": ("[thank you very much|many thanks to you|I thank you|thanks for all][.|!]",),
}
ASIDES = (
    "I [am|have been] [a bit|rather|quite|pretty|really|terribly|fairly] [short on time|busy|swamped|pressed for time|"
    "behind with everything|in a hurry|all over the place] [at the moment|right now|lately|these days|as usual].",
    "[there is|I am in|there really is] no [rush|hurry|great rush|big hurry][ at all|, really|, of course| with this|"
    ", take your time].",
    "I [have been putting|keep putting|kept putting|was putting] this off[ for far too long| long enough|, I admit|"
    ", sadly| for ages| again and again].",
    "this [has been|was] on my [list|mind|desk|conscience] [for a while|for ages|for far too"
    " long|since forever|all along|for quite some time].",
    "I would [rather|prefer to|really like to|love to|much rather] get this [sorted|settled|out of the way|"
    "off my plate|over with|done] [now|soon|before I forget|while I think of it|sooner than later].",
    "this would [really|truly|certainly|also] [help me out|save me a lot of trouble|make my life easier|"
    "take a load off my mind|be such a relief|spare me some stress|keep me sane].",
    "[as|being] {who}, I [hardly|rarely|seldom|never|do not often] [find|have|get] [the time|a quiet moment|"
    "the patience|the energy|a spare minute] for [this|such things|"
    "things like this|errands like this|this kind of thing].",
    "[my days|things] are [rather|quite|pretty|always|simply too] [hectic|full|packed|crowded|chaotic] [for {who}|"
    "as {who}|when you are {who}].",
)
ANXIOUS = (
    "I [just |really |only |do ]hope I [am not|have not been] [forgetting|missing|overlooking|mixing up|confusing]"
    " [anything|something|things|something important].",
    "[sorry|apologies|I am sorry|forgive me] for [the trouble|the bother|all the questions|being so fussy|the hassle]"
    "[, really|, by the way|, I know it is a lot|].",
    "[please bear with me|bear with me], I [get|am always|am easily|become] [nervous|confused|flustered|anxious] "
    "[about this|with these things|when I do this|over such things].",
)
BY_EXPERTISE: dict[Expertise, tuple[str, ...]] = {
    "novice": (
        "I am [still |fairly |quite |rather |completely ]new to [this|all this|this kind of thing|these things]"
        "[, so bear with me|, so please be patient|, just so you know|, as you may notice|].",
        "I [do not|don't] [really |quite |yet ]know how [this|all of this|it all] works[, sorry|, to be honest|"
        ", I admit|].",
    ),
    "casual": ("I [have done|do] this [once in a while|now and then|only rarely][, I think|, I believe|].",),
    "skilled": ("I [know|remember] how this [goes|works|usually goes][, more or less|, I think|, thankfully|].",),
    "expert": (
        "I do this [all the time|often enough|regularly], so [no need to explain|skip the basics|you can be brief|"
        "no explanations needed].",
        "[no need to|you need not|please do not] [explain|walk me through|go into] the [basics|details|mechanics]"
        "[, I know them|, thanks|].",
    ),
}

SPELLINGS: tuple[tuple[str, str], ...] = (
    ("favor", "favour"), ("color", "colour"), ("center", "centre"), ("organiz", "organis"), ("specializ", "specialis"),
    ("license", "licence"), ("neighbor", "neighbour"), ("catalog ", "catalogue "), ("program ", "programme "),
)  # fmt: skip
"""American spellings and those of the rest, in the words of frames and labels; values keep theirs."""
