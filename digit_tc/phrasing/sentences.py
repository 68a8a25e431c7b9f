"""The words around one value, by what it means: in a sentence of its own, or tied on to the end of a goal.

Templates with choices as `variants` reads them; `{v}` is the value, `{n}` the name of the argument in words, `{be}` is
"is" or "are" as the name has it.
"""

PLAIN = (
    "the {n} {be} {v}",
    "the {n} [should be|has to be|ought to be|must be|will be|would be|needs to be] {v}",
    "[please |just |kindly |you can |][use|take|put|enter|choose|go with|pick|note|note down] {v} [as|for] the {n}",
    "for the {n}, [please |just |kindly |you can |][use|take|put|enter|choose|go with|pick|note|I want|I need] {v}",
    "as the {n}, [please |just |kindly |you can |][use|take|put|enter|choose|go with|note] {v}",
    "I [want|would like|need|prefer] the {n} to be {v}",
    "[let|have] the {n} be {v}",
    "[make|keep] the {n} {v}",
    "[my choice|what I want|what I have in mind|the right thing|what I need|my wish] for the {n} is {v}",
    "when it comes to the {n}, [use|take|I want|I prefer|I would like|it should be|go with] {v}",
    "the {n} I [want|need|have in mind|would like|prefer|am thinking of] is {v}",
    "[stick|work|proceed] with {v} [as|for] the {n}",
    "it [is|should be|has to be|would be] {v} for the {n}",
)
PLAIN_TAILS = (
    ", with {v} [as|for] the {n}",
    ", [using|taking|putting|entering|choosing|with] {v} as the {n}",
    ", the {n} being {v}",
    ", with the {n} {v}",
    " and [use|take|put|enter|choose|note] {v} [as|for] the {n}",
    ", where the {n} [is|should be] {v}",
    ", and let the {n} be {v}",
)
REFERRED = ("it is for {n} {v}", "the {n} is {v}", "I mean {n} {v}", "[this|that|it] [concerns|is about] {n} {v}")
"""Of an id."""

_TEXT = (
    "the {n} [is|should be|should read|should say|will be|reads] {v}",
    "[please |just |kindly |][use|put|write|enter|note] {v} [as|for] the {n}",
    "for the {n}, [please |just |][use|put|write|enter|note|I would like|I want] {v}",
    "as the {n}, [please |just |][use|put|write|enter] {v}",
    "[add|leave|include|attach] the {n} {v}",
    "I [want|would like|need] the {n} to [be|say|read] {v}",
    "[let|have] the {n} [be|say|read] {v}",
    "{n}: {v}",
)
"""Of what is written out."""
_NAMED = (
    "call it {v}",
    "the {n} [is|should be|will be|has to be] {v}",
    "it [should|will|has to|ought to] be called {v}",
    "[please |just |kindly |]call it {v}",
    "title it {v}",
    "[please |just |]use {v} as the {n}",
    "I [want|would like|need|plan] [it called|to call it] {v}",
    "[give it|it gets|it needs|put] the title {v}",
    "{v} [is|would be|should be] the {n}",
)

SENTENCES: dict[str, tuple[str, ...]] = {
    "title": _NAMED,
    "subject": (*_TEXT, "subject line: {v}"),
    "message": (*_TEXT, "[please |just |]tell them {v}", "here is the message: {v}", "write[ this|]: {v}"),
    "body": (*_TEXT, "write: {v}"),
    "note": (*_TEXT, "[please |just |][add|leave|make] a note: {v}", "please note: {v}", "leave the note {v}"),
    "instruction": (*_TEXT, "instructions: {v}", "the instructions are {v}", "add the instruction {v}"),
    "visit_reason": (*_TEXT, "it is for {v}", "the reason is {v}", "the reason for [the|my] visit is {v}",
                     "reason for [the|my] visit: {v}", "I [need|want] it because of {v}"),
    "payment_note": _TEXT,
    "gift_message": (*_TEXT, "[please |]put {v} on the card"),
    "courier_message": (*_TEXT, "[please |just |]tell them {v}", "[please |just |]say {v}"),
    "resolution": _TEXT,
    "comment": (*_TEXT, "my comment [is|would be]: {v}"),
    "review": (*_TEXT, "my review [is|would be|reads]: {v}"),
    "reason": (*_TEXT, "the reason is {v}", "[give|state|mention] {v} as the reason"),
    "description": (*_TEXT, "describe it as {v}", "[please |just |]describe it like this: {v}"),
    "summary": (*_TEXT, "put it as {v}"),
    "content": (*_TEXT, "it should say {v}", "write {v} in it"),
    "question": ("[please |just |]ask {v}", "the question [is|would be] {v}", "my question is {v}"),
    "birthday": (
        "my date of birth is {v}", "I was born on {v}", "[use|put|note|enter] {v} [as|for] my date of birth",
        "my birthday is {v}", "for the {n}, [use|put|note|enter] {v}", "the {n} is {v}",
        "I was born {v}", "my date of birth, [in case you need it|for the record|if you ask], is {v}",
    ),
    "address": (
        *PLAIN, "[please |kindly |just |][use|take|put|note] {v} as the {n}",
    ),
    "email": (*PLAIN, "you can [include|use|put in|take] {v} as the {n}"),
    "phone": (*PLAIN, "the {n} to [use|note|call] is {v}"),
    "person": (*PLAIN, "it [is|should be|will be] for {v}", "[please |just |]put it under {v}"),
    "postal_code": (*PLAIN, "{n}: {v}"),
    "street": (*PLAIN, "the address is {v}"),
    "username": PLAIN,
    "password": PLAIN,
    "text": (*PLAIN, "for the {n}: {v}"),
}  # fmt: skip
"""By kind; what is not here is said as anything else is."""
TAILS: dict[str, tuple[str, ...]] = {
    "birthday": (", date of birth {v}", ", born on {v}", ", with {v} as my date of birth"),
    "title": (", called {v}", ", titled {v}", " and call it {v}", ", with the title {v}", " and title it {v}"),
}
OWN: dict[str, tuple[str, ...]] = {
    "email": (
        "my email[ address|] is {v}", "you can [use|write to|note] my email[ address|], {v}",
        "[please |just |kindly |][use|put|note|enter] my email[ address|], {v}",
        "for the email[ address|], [use|take|put|note|enter] {v}", "my email[ address|] would be {v}",
        "[reach|contact] me by email at {v}", "the email[ address|] to [use|note|take] is {v}",
        "my email[ address|], [in case you need it|for the record|if you ask|as usual], is {v}",
    ),
    "phone": (
        "my [phone |mobile |]number is {v}", "you can [call|reach|ring] me on {v}",
        "[please |just |][use|take|note|put] my [phone |mobile |]number, {v}",
        "my [phone |mobile |]number would be {v}",
        "my phone number, [in case you need it|for the record|if you ask], is {v}", "call me on {v}",
    ),
    "person": (
        "my name is {v}", "I am {v}", "[please |just |kindly |]put it under my name, {v}",
        "[please |just |kindly |]put it in my name, {v}", "the name is {v}", "it is for me, {v}",
        "[use|take|put|note|enter] my name, {v}",
        "my [full |]name, [for the record|in case you need it|as usual], is {v}",
        "under my name, please: {v}",
    ),
}  # fmt: skip
"""Of what is the speaker's own."""
OWN_TAILS: dict[str, tuple[str, ...]] = {
    "email": (", with my email[ address|] {v}", ", [using|under] my email {v}",
              " and [use|put|take|note] my email, {v}", ", my email[ address|] being {v}"),
    "phone": (", with my [phone |mobile |]number {v}", " and [use|put|note] my phone number, {v}"),
    "person": (", under my name, {v}", " in my name, {v}", ", under the name {v}", " for me, {v}",
               " and [put it|keep it] under my name, {v}"),
}  # fmt: skip
