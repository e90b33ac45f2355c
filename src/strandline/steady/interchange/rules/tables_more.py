"""More systems, as `tables` lists them: membership registers, calling tools, address books."""

from strandline.steady.interchange.rules.tables import System

_SLOTS = range(1, 6)

ZETKIN = System(
    "zetkin",
    "Zetkin",
    "ALTERNATE PHONE NUMBER, C/O ADDRESS, IS USER, EXTERNAL ID",
    """
ID = id:zetkin
EXTERNAL ID = id:zetkin-external
FIRST NAME = given
LAST NAME = family
EMAIL = email:1
PHONE NUMBER = phone:1
ALTERNATE PHONE NUMBER = phone:2
ADDRESS = street:1
C/O ADDRESS = street:2
POST CODE = post
CITY = town
COUNTY = custom:County
COUNTRY = country
GENDER, IS USER = -
""",
    needs=2,
)

ZETKIN_API = System(
    "zetkin",
    "Zetkin (API)",
    "ext_id, alt_phone, co_address, is_user, street_address",
    """
id = id:zetkin
ext_id = id:zetkin-external
first_name = given
last_name = family
email = email:1
phone = phone:1
alt_phone = phone:2
street_address = street:1
co_address = street:2
zip_code = post
city = town
country = country
gender, is_user = -
""",
)

ZETKIN_SWEDISH = System(
    "zetkin",
    "Zetkin (Swedish register)",
    "Medlemsnummer, Förnamn, Efternamn, E-post, Telefon, C/O-adress, Gatuadress, Postnummer, Stad, Grupp",
    """
Medlemsnummer, ID = id:zetkin
Externt ID = id:zetkin-external
Förnamn = given
Efternamn = family
E-post, E-postadress = email:1
Telefon, Telefonnummer = phone:1
Alternativt telefonnummer = phone:2
Gatuadress, Adress = street:1
C/O-adress = street:2
Postnummer = post
Stad, Ort = town
Land = country
Grupp = tags
Kön = -
""",
    needs=5,
)

OSDI = System(
    "osdi",
    "OSDI",
    "identifiers, given_name, email_addresses.1.address, postal_addresses.1.postal_code, phone_numbers.1.number, "
    "browser_url, honorific_prefix, modified_date, postal_addresses.1.locality, email_addresses.1.status",
    """
identifiers = id:*
given_name = given
family_name = family
additional_name = middle
honorific_prefix = prefix
honorific_suffix = suffix
created_date = created
preferred_language = language
languages_spoken = custom:Languages
source = source
birthdate.year = born:1:year
birthdate.month = born:1:month
birthdate.day = born:1:day
employer = custom:Employer
occupation = custom:Occupation
party_identification, parties = opinion
ethnicities = origin
gender_identity, additional_gender_identities = intimate
gender, gender_pronouns, work_title, work_department, browser_url, administrative_url, modified_date = -
email_addresses.1.address = email:1
email_addresses.1.address_type = email_label:1
email_addresses.1.status = subscription:1:email
email_addresses.2.address = email:2
email_addresses.2.address_type = email_label:2
email_addresses.3.address = email:3
phone_numbers.1.number = phone:1
phone_numbers.1.number_type = phone_label:1
phone_numbers.1.do_not_call = no_phone
phone_numbers.2.number = phone:2
phone_numbers.2.number_type = phone_label:2
phone_numbers.3.number = phone:3
postal_addresses.1.address_lines = street:1
postal_addresses.1.locality = town
postal_addresses.1.region = region
postal_addresses.1.postal_code = post
postal_addresses.1.country = country
add_tags = tags
email_addresses.*, phone_numbers.*, postal_addresses.*, profiles.*, employer_address.*, birthdate.*, parties.* = -
""",
)

DISCIPLE_TOOLS = System(
    "disciple-tools",
    "Disciple.Tools",
    "seeker_path, faith_status, overall_status, milestones, contact_phone, contact_email, location_grid, coached_by",
    """
ID = id:disciple-tools
name = full
nickname = nick
contact_phone = phone:1
contact_email = email:1
contact_address = street
assigned_to = owner
sources = source
campaigns, groups = tags
faith_status, seeker_path, milestones, baptism_date, baptism_generation = belief
overall_status, gender, age, contact_facebook, contact_twitter, reason_paused, reason_closed = -
reason_unassignable, location_grid, requires_update, relation, subassigned, coaching, coached_by = -
""",
)

SPOKE = System(
    "spoke",
    "Spoke",
    "firstName, lastName, cell, zip, external_id",
    """
firstName, given name, f_name, first = given
lastName, last, family name, surname = family
cell, mobile, cellphone = phone:1:mobile
zip, zipcode, postal code = post
external_id = id:spoke-external
""",
    needs=4,
)

VAN = System(
    "van",
    "VAN",
    "Voter File VANID, vAddress, mZip5, PrecinctName, mAddress, vZip5, VANID",
    """
Voter File VANID, VANID = id:van
LastName = family
FirstName = given
MiddleName = middle
Suffix = suffix
vAddress, mAddress, Address = street:1
vCity, mCity, City = town
vState, mState, State = region
mZip5, vZip5, Zip5 = post
Preferred Email, PreferredEmail, Email = email:1
Preferred Phone, PreferredPhone, Phone = phone:1
Home Phone = phone:2:home
Cell Phone = phone:3:mobile
DOB = born
Notes = note
Party = opinion
Sex, Age, PrecinctName, mZip4, vZip4 = -
""",
    needs=2,
)

EVERYACTION = System(
    "everyaction",
    "EveryAction bulk upload",
    "Source ID, Email Subscription Status, SMS Opt-In Status, Activist Code, Origin Source Code, Employer Name, "
    "Occupation Name",
    """
Source ID = id:everyaction-source
Prefix = prefix
First Name = given
Middle Name = middle
Last Name = family
Suffix = suffix
Employer Name = custom:Employer
Occupation Name = custom:Occupation
Address Line 1 = street:1
Address Line 2 = street:2
Address Line 3 = street:3
City = town
State = region
Zip = post
Country = country
Email Address = email:1
Email Type = email_label:1
Email Subscription Status = subscription:1:email
Phone = phone:1
Phone Type = phone_label:1
SMS Opt-In Status = subscription:2:sms
Activist Code = tags
Notes = note
Origin Source Code = source
Relationship = -
""",
)

REACH = System(
    "reach",
    "Reach",
    "Reach ID, Added Timestamp, Added by User ID, Last Reached Timestamp, Last Reached by User Name, Campaign Tags, "
    "Source Tag",
    """
Reach ID = id:reach
Added Timestamp = created
Source Tag = source
Campaign Tags = tags
Added by User ID, Added by User Name, Last Reached Timestamp, Last Reached by User ID = -
Last Reached by User Name = -
""",
)

SOLIDARITY_TECH = System(
    "solidarity-tech",
    "Solidarity Tech",
    "Solidarity Tech User ID",
    """
Solidarity Tech User ID = id:solidarity-tech
First Name = given
Last Name = family
Email = email:1
Phone Number = phone:1
Zip Code = post
""",
    needs=1,
)

GOOGLE = System(
    "google",
    "Google Contacts",
    "E-mail 1 - Value, E-mail 1 - Label, Phone 1 - Value, Phone 1 - Label, File As, Phonetic First Name, "
    "Organization Department, Name Prefix, Given Name, Group Membership, E-mail 1 - Type",
    """
First Name, Given Name = given
Middle Name, Additional Name = middle
Last Name, Family Name = family
Name = full
Name Prefix = prefix
Name Suffix = suffix
Nickname = nick
Organization Name = custom:Organisation
Organization Title = custom:Role
Birthday = born
Notes = note
Labels, Group Membership = tags
Address 1 - Street = street:1
Address 1 - Extended Address = street:2
Address 1 - City = town
Address 1 - Region = region
Address 1 - Postal Code = post
Address 1 - Country = country
"""
    + "".join(
        f"{what} {n} - Value = {short}:{n}\n{what} {n} - Label, {what} {n} - Type = {short}_label:{n}\n"
        for what, short in (("E-mail", "email"), ("Phone", "phone"))
        for n in _SLOTS
    )
    + """
Phonetic First Name, Phonetic Middle Name, Phonetic Last Name, File As, Photo, Organization Department = -
Address *, Website *, Event *, Relation *, Custom Field *, E-mail *, Phone * = -
""",
)

OUTLOOK = System(
    "outlook",
    "Outlook",
    "E-mail Address, Business Street, Business Phone, Business Postal Code, Web Page, Business Country/Region, "
    "E-mail 2 Address, Company, Mobile Phone, Home Street",
    """
Title = prefix
First Name = given
Middle Name = middle
Last Name = family
Suffix = suffix
Nickname = nick
Company = custom:Organisation
Job Title = custom:Role
Home Street, Business Street = street:1
Home City, Business City = town
Home State, Business State = region
Home Postal Code, Business Postal Code = post
Home Country/Region, Business Country/Region = country
E-mail Address = email:1
E-mail 2 Address = email:2
E-mail 3 Address = email:3
Mobile Phone = phone:1:mobile
Home Phone = phone:2:home
Business Phone = phone:3:work
Primary Phone, Other Phone = phone:4
Birthday = born
Categories = tags
Notes = note
Language = language
Department, Web Page, E-mail * = -
""",
)

THUNDERBIRD = System(
    "thunderbird",
    "Thunderbird",
    "Display Name, Primary Email, Secondary Email, Screen Name, Mobile Number, Home ZipCode, Pager Number",
    """
First Name = given
Last Name = family
Display Name = full
Nickname = nick
Primary Email = email:1
Secondary Email = email:2
Mobile Number = phone:1:mobile
Home Phone = phone:2:home
Work Phone = phone:3:work
Home Address = street:1
Home Address 2 = street:2
Home City = town
Home State = region
Home ZipCode = post
Home Country = country
Organization = custom:Organisation
Job Title = custom:Role
Birth Year = born:1:year
Birth Month = born:1:month
Birth Day = born:1:day
Notes = note
Screen Name, Fax Number, Pager Number, Department, Work *, Web Page 1, Web Page 2, Custom * = -
""",
)

VCARD = System(
    "vcard",
    "vCard",
    "FN, N given, N family, ADR code",
    """
UID = id:vcard
KIND = kind
FN = full
N given = given
N family = family
N additional = middle
N prefix = prefix
N suffix = suffix
NICKNAME = nick
BDAY = born
ADR street = street
ADR locality = town
ADR region = region
ADR code = post
ADR country = country
LANG = language
ORG = custom:Organisation
TITLE = custom:Role
CATEGORIES = tags
NOTE = note
URL, REV = -
"""
    + "".join(
        f"{what} {n} = {short}:{n}\n{what} {n} type = {short}_label:{n}\n"
        for what, short in (("EMAIL", "email"), ("TEL", "phone"))
        for n in _SLOTS
    ),
)
