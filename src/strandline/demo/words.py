"""Words of the demo: places, occasions, what people say, why they step back. All invented."""

from __future__ import annotations

ORGANISATION = "Estuary Tenants' Union"
BRANCHES = (
    "Harbourside", "Hillside", "Riverbend", "Northgate", "Saltmarsh", "Old Quay", "Millfield", "Lantern Street",
    "Eastmoor", "Ferry Road", "Kiln Park", "Westerby",
)  # fmt: skip
TEAMS = (
    ("Tenants", "Repairs, rents and deposits"),
    ("Relationships", "Whoever fits no other work"),
    ("Hospital workers", "Staff of the general hospital"),
)
STREETS = (
    "Mill Lane", "Cooper's Row", "Rope Walk", "Chandlers Court", "Saltpan Road", "Beacon Terrace", "Ferry Steps",
    "Kiln Street", "Heron Close", "Tidewater Street", "Jubilee Flats", "Lantern Hill", "Weir View", "Anchor Yard",
)  # fmt: skip
TAGS = (
    "stairwell contact", "has a van", "can translate", "weekends only", "night shifts", "key holder", "meeting room",
    "leaflets", "childcare helps", "large print",
)  # fmt: skip
OCCASIONS = (
    ("table", "Table at the harbour market"),
    ("event", "Open meeting on repairs"),
    ("event", "Film and soup evening"),
    ("table", "Stall outside the clinic"),
    ("campaign", "Warm homes petition"),
    ("event", "Rents and rights evening"),
    ("form", "Sign-up form on the website"),
    ("event", "Neighbours' picnic"),
)
# What may be noted of anybody: practical matters only.
PRACTICAL = (
    "Two stairwells without heat since November.",
    "Damp in the back bedroom; the landlord answered once and never came.",
    "Works nights until Thursday, so mornings are no good.",
    "Prefers messages to calls.",
    "The intercom is broken: ring when downstairs.",
    "Asked how the deposit scheme works.",
    "Has the keys to the community room on Fridays.",
    "Would like the leaflet in large print.",
    "Lift out of order for the third week.",
    "New baby in the house, call after six.",
    "Rent goes up in April; the letter gives no reason.",
    "Neighbour at number 9 has the same leak.",
    "Will bring the repair letters next time.",
    "Can lend a folding table and two chairs.",
    "Moves to another flat in the same street next month.",
    "Wants someone to come along to the housing office.",
)
# What may be noted only with consent or regular contact: views.
VIEWS = (
    "Thinks a rent freeze is the only demand worth making first.",
    "Is for talking to the council before anything loud.",
    "Says people will come when they see their own stairwell on the list.",
    "Doubts that one association can speak for the whole estate.",
    "Would stand with the hospital staff if they asked.",
    "Finds the last leaflet too long and too angry.",
    "Wants the union to take up childcare at meetings.",
    "Says the picnic did more than three petitions.",
    "Thinks deposits matter more than repairs to younger people.",
    "Would rather carry a task than sit in another meeting.",
    "Is tired of being asked and seldom told what came of it.",
    "Says trust was lost after the last rent talks.",
)
STEPPED_BACK = (
    "No time beside two jobs.",
    "Looks after her father now.",
    "Asked not to be called any more.",
    "Disagreed with the demand on deposits.",
    "Says others should have a turn.",
    "Not now; will come back by himself.",
)
ENDED = ("Moved away.", "The number reaches somebody else.", "Changed to the branch of another town.")
STEPS = (
    "", "", "", "Ask how the repair went", "Bring the leaflet", "Invite to the open meeting", "Ask about the room",
    "Send the minutes", "Ask who else in the stairwell", "Bring the deposit form",
)  # fmt: skip
STAGE_WHY = (
    "", "Came to two meetings", "Took the leaflets round", "Brought a neighbour", "Offered to hold a meeting",
    "Spoke at the open meeting",
)  # fmt: skip
HANDED_OVER = ("Lives in your street", "Same workplace as your others", "Speaks your language", "I am away in spring")
NO_LONGER = "Grew into another kind of tie."
CONSENT = "Asked at the door: yes, note what I think, and tell me what comes of it."
# Words for passwords that are read from a screen and typed once.
PASSWORD_WORDS = (
    "amber anchor apple april arch ash autumn barley basin beacon bell birch boat brook button cable candle canvas "
    "cedar chalk clay cliff clover coast copper coral cotton crane creek crystal dawn delta dew drift dune eagle ebb "
    "echo elder ember fern ferry field finch fjord flint foam forest fox gale garden glass gorse granite grove gull "
    "harbour hazel heath heron hill holly honey inlet iris iron island ivory ivy jetty juniper kelp kettle kite "
    "lagoon lantern larch lark ledger lemon lichen lily linen loom maple marsh meadow mill mint mist moor moss oak "
    "ochre olive orchard otter oyster paper pearl pebble pepper pier pine plum pond poplar quay quill rain raven reed "
    "reef ridge river robin rope rowan sail salt sand sedge shell shore silver slate sorrel spruce stone storm summer "
    "swan tern thistle thyme tide timber trout tulip valley vine violet walnut water wave wheat willow winter wren"
).split()
