"""The columns of the systems that people come from, as their own exports write them.

One line a column: its header in plain words (`guessing.plain`), and what it becomes in the short form of
`vocabulary.column`. A header with `*` stands for a family of columns. What is not listed is guessed.
"""

from dataclasses import dataclass, field
from functools import cached_property

from strandline.steady.interchange.rules.headers import plain


@dataclass(frozen=True)
class System:
    """A system whose exports are known: the columns that give it away, and what each column becomes."""

    key: str
    name: str
    signature: str
    listing: str = field(repr=False)
    needs: int = 3
    unlisted: str = "custom"

    @cached_property
    def marks(self) -> frozenset[str]:
        """The headers that give the system away."""
        return frozenset(plain(word) for word in self.signature.split(","))

    @cached_property
    def columns(self) -> dict[str, str]:
        """What each header becomes."""
        lines = (line.partition("=") for line in self.listing.strip().splitlines())
        return {plain(header): spec.strip() for names, _, spec in lines for header in names.split(",")}


STRANDLINE = System(
    "strandline",
    "Strandline",
    "strandline_code, other_emails, other_phones, email_label, phone_label, no_post",
    """
strandline_code = id:strandline
full_name = full
given_name = given
additional_name = middle
family_name = family
prefix = prefix
suffix = suffix
nickname = nick
email = email:1
email_label = email_label:1
email_is_bad = email_bad:1
other_emails = email:2
phone = phone:1
phone_label = phone_label:1
phone_is_bad = phone_bad:1
other_phones = phone:2
street = street
locality = town
region = region
postcode = post
country = country
language = language
born_on = born
tags = tags
note = note
source = source
owner_email = owner
introduced_by = introducer
external_ids = id:*
no_email = no_email
no_phone = no_phone
no_sms = no_sms
no_post = no_post
unsubscribed_at = unsubscribed
is_deceased = deceased
recorded_at = created
custom * = custom
""",
)

ACTION_NETWORK = System(
    "actionnetwork",
    "Action Network",
    "can2_phone, can2_sms_status, can2_user_address, can2_user_city, can2_user_state, can2_state_abbreviated, "
    "can2_county, can2_subscription_status, can2_subscription_date, can2_user_tags, can2_lifetime_value",
    """
uuid = id:actionnetwork
email = email:1
first_name = given
last_name = family
zip_code = post
country = country
can2_phone = phone:1:mobile
Phone, Phone Number = phone:2
can2_sms_status = subscription:2:sms
can2_user_address = street
can2_user_city = town
can2_user_state = region
can2_state_abbreviated = -
can2_county = custom:County
County = custom:County
can2_subscription_status = subscription:1:email
can2_subscription_date = -
can2_user_tags = tags
can2_lifetime_value = -
""",
)

NATIONBUILDER = System(
    "nationbuilder",
    "NationBuilder",
    "nationbuilder_id, signup_type, email1_is_bad, is_prospect, nbec_guid, federal_donotcall, tag_list, support_level",
    """
nationbuilder_id = id:nationbuilder
civicrm_id = id:civicrm
external_id = id:nationbuilder-external
salesforce_id = id:salesforce
van_id = id:van
ngp_id = id:ngp
dw_id = id:dw
rnc_id, rnc_regid, datatrust_id, pf_strat_id, nbec_guid, state_file_id, county_file_id = -
twitter_id, twitter_login, facebook_username, facebook_uid, meetup_id = -
prefix = prefix
name = full
full_name = full
legal_name = -
first_name = given
middle_name = middle
last_name = family
suffix = suffix
employer = custom:Employer
occupation = custom:Occupation
sex, website, marital_status = -
party, previous_party, inferred_party = opinion
support_level, inferred_support_level, support_probability_score, turnout_probability_score = opinion
is_supporter = opinion
religion, church = belief
ethnicity, demo = origin
language = language
is_deceased = deceased
born_at = born
email = email:1
email1 = email:2
email2 = email:3
email3 = email:4
email4 = email:5
email1_is_bad = email_bad:2
email2_is_bad = email_bad:3
email3_is_bad = email_bad:4
email4_is_bad = email_bad:5
email_opt_in = email_ok
phone_number = phone:1:home
work_phone_number = phone:2:work
mobile_number = phone:3:mobile
fax_number = -
is_mobile_bad = phone_bad:3
mobile_opt_in = sms_ok
do_not_call, federal_donotcall = no_phone
do_not_contact = no_contact
unsubscribed_at = unsubscribed
note = note
availability = custom:Availability
tag_list = tags
point_person_name_or_email = owner
recruiter_name_or_email = introducer
parent_id, recruiter_id, point_person_id, assistant_id, assistant_name_or_email = -
created_at = created
signup_type = kind
priority_level, is_prospect, is_volunteer, is_donor, is_fundraiser = -
membership_names, membership_level_name, membership_started_at, membership_expires_at = -
household_size, media_market_name = -
primary_address1 = street:1
primary_address2 = street:2
primary_address3 = street:3
primary_city = town
primary_state = region
primary_zip = post
primary_country_code = country
primary_country, primary_county, primary_fips, primary_address, primary_submitted_address = -
primary_geocode_accuracy, precinct_name, precinct_code = -
address*, work*, mailing*, user submitted*, registered*, billing*, * district = -
first donated at, last donated at, donations*, * capital amount* = -
""",
)

CIVICRM = System(
    "civicrm",
    "CiviCRM",
    "Contact ID, Sort Name, Contact Type, Do Not Trade, No Bulk Emails (User Opt Out), Contact Hash, Contact Subtype",
    """
Contact ID = id:civicrm
External Identifier = id:civicrm-external
Contact Type = kind
Display Name = full
Sort Name, Legal Name, Legal Identifier, Image Url, Contact Hash, Contact Subtype, Household Name = -
Nickname = nick
First Name = given
Middle Name = middle
Last Name = family
Individual Prefix = prefix
Individual Suffix = suffix
Do Not Email = no_email
Do Not Phone = no_phone
Do Not Mail = no_post
Do Not Sms = no_sms
Do Not Trade = -
No Bulk Emails (User Opt Out) = no_email
Preferred Language = language
Preferred Communication Method, Preferred Mail Format, Communication Style, Formal Title, Gender = -
Contact Source = source
Job Title = custom:Job title
Current Employer = custom:Employer
Organization Name, Sic Code, Unique ID (OpenID), Current Employer ID, Contact is in Trash, Modified Date = -
Birth Date = born
Deceased, Deceased / Closed = deceased
Deceased Date, Deceased / Closed Date = -
Created Date = created
Email Greeting ID, Postal Greeting ID, Addressee ID, Addressee, Email Greeting, Postal Greeting = -
Location Type, Street Number, Street Number Suffix, Street Name, Street Unit, Address Name = -
Street Address = street:1
Supplemental Address 1 = street:2
Supplemental Address 2 = street:3
Supplemental Address 3 = street:4
City = town
Postal Code = post
Postal Code Suffix, Latitude, Longitude, Master Address Belongs To, World Region = -
County = custom:County
State = region
Country = country
Phone = phone:1
Phone Extension = -
Phone Type = phone_label:1
Home-Phone = phone:2:home
Work-Phone = phone:3:work
Home-Mobile = phone:4:mobile
Email = email:1
Home-Email = email:2:home
Work-Email = email:3:work
On Hold = email_bad:1
Use for Bulk Mail, Signature Text, Signature Html, IM Provider, IM Screen Name, OpenID, Website = -
Group(s), Tag(s), Groups, Tags = tags
Note(s), Notes = note
Employee of-*, Home-*, Work-* = -
""",
)

MOBILIZE = System(
    "mobilize",
    "Mobilize",
    "signup created time, signup updated time, timeslot id, event id, attended, utm_source",
    """
email = email:1
first name = given
last name = family
mobile number, phone, phone number = phone:1:mobile
zip, postal code = post
event id, timeslot id, signup updated time, status, attended, rating = -
signup created time = created
utm_source = source
utm_medium, utm_campaign, utm_term, utm_content = -
""",
    unlisted="-",
)

MOBILIZE_OLD = System(
    "mobilize",
    "Mobilize (older)",
    "Timeslot start, Attendance status, Event organization name, Event ID, Mobile number",
    """
First name = given
Last name = family
Email = email:1
ZIP = post
Mobile number = phone:1:mobile
Event ID, Timeslot start, Timeslot end, Attendance status, Event organization name, Event name = -
""",
    unlisted="-",
)

MOBILIZE_MIRROR = System(
    "mobilize",
    "Mobilize (mirror)",
    "user__given_name, user__family_name, user__email_address, email_at_signup, given_name_at_signup",
    """
user_id = id:mobilize
user__given_name = given
user__family_name = family
user__email_address = email:1
user__phone_number = phone:1:mobile
user__postal_code = post
user__blocked_date = no_contact
created_date = created
referrer__utm_source = source
email_at_signup = email:2
phone_number_at_signup = phone:2
id, modified_date, event_id, timeslot_id, organization_id, affiliation_id, status, attended = -
experience_feedback_type, experience_feedback_text, referrer__*, custom_field_values = -
given_name_at_signup, family_name_at_signup, postal_code_at_signup = -
""",
    unlisted="-",
)

MOBILIZE_API = System(
    "mobilize",
    "Mobilize (API)",
    "sms_opt_in_status, person_id, user_id, blocked_date, email_addresses.1.address",
    """
person_id = id:mobilize
given_name = given
family_name = family
email_addresses.1.address = email:1
email_addresses.2.address = email:2
phone_numbers.1.number = phone:1
phone_numbers.2.number = phone:2
postal_addresses.1.postal_code = post
sms_opt_in_status = subscription:2:sms
blocked_date = no_contact
created_date = created
id, user_id, modified_date, * primary, email_addresses.*, phone_numbers.*, postal_addresses.* = -
""",
    unlisted="-",
)
