"""Names put together from lists, of the many origins that live in one estuary; nobody's in particular."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random


@dataclass(frozen=True, slots=True)
class Origin:
    """Given and family names that go together, the order they are written in, and a language likely spoken."""

    weight: int
    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    order: str = "{given} {family}"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, with its parts where it has such parts."""

    full: str
    given: str
    family: str
    language: str


def _origin(weight: int, language: str, given: str, family: str, order: str = "{given} {family}") -> Origin:
    return Origin(weight, language, tuple(given.split()), tuple(family.split()), order)


ORIGINS = (
    _origin(
        26,
        "en",
        "Margaret David Susan Peter Helen Alan Joan Kevin Tracey Darren Lauren Callum Megan Ryan Chloe Aaron Beth Owen "
        "Ruby Harvey Dot Ken Maureen Nigel Paula Scott Kelly Craig Jade Lewis",
        "Whitlock Marsden Farrow Tallis Penrose Hargreaves Nettle Oakley Sparrow Thorne Wickham Yardley Barlow Cotton "
        "Dunmore Fairley Gorse Hallam Ingle Kersey Lockwood Mundy Norcott Pascoe Quayle Rudd Selwood Tranter Vance Wray",
    ),
    _origin(
        7,
        "en",
        "Siobhán Ciarán Aoife Niall Orla Declan Gráinne Eamon Róisín Fergal Bríd Pádraig Caoimhe Conor",
        "O'Hara Brannigan Ní_Dhálaigh Mac_Giolla Keaveney O'Dwyer Tierney Gilligan McAteer Rafferty Shortall Devenney",
    ),
    _origin(
        8,
        "pl",
        "Agnieszka Paweł Małgorzata Krzysztof Zofia Łukasz Jolanta Tomasz Halina Wojciech Ewelina Grzegorz",
        "Wrona Jabłonowicz Zalewska-Dąb Kruczek Świtała Gąsior Pęczak Leśny Modrzew Bielik Żuraw Kłos",
    ),
    _origin(
        7,
        "ur",
        "Ayesha Bilal Nadia Imran Saima Usman Rukhsana Tariq Zainab Faisal Shazia Kamran",
        "Qureshi Awan Chaudhry Sheikh Mirza Baig Rana Siddiqui Lodhi Khokhar Bhatti Gondal",
    ),
    _origin(
        5,
        "pa",
        "Harpreet Gurdeep Manjit Jaspal Simran Balwinder Navdeep Kulwant Amrit Rajinder",
        "Kaur_Sandhu Singh_Dhillon Singh_Gill Kaur_Sidhu Singh_Brar Kaur_Grewal Singh_Mann Kaur_Bains",
    ),
    _origin(
        6,
        "bn",
        "Nasreen Rafiq Shirin Jamal Taslima Anwar Rehana Habib Farzana Selim",
        "Khatun Miah Begum Chowdhury Uddin Akhtar Talukdar Sikder Howlader Sarkar",
    ),
    _origin(
        6,
        "yo",
        "Folasade Adebayo Temitope Olumide Yewande Babatunde Ọláitan Kehinde Taiwo Ayodele",
        "Adéyẹmí Ogunleye Bankole Oyelaran Fashola Akintola Oyewale Adesina Ilesanmi Olatunji",
    ),
    _origin(
        4,
        "ig",
        "Chidinma Emeka Ngozi Obinna Adaeze Ikenna Uchenna Nkechi",
        "Okafor Nwosu Eze Onyekachi Umeh Anigbo Okonjo-Ike Madu",
    ),
    _origin(
        4,
        "so",
        "Hodan Abdirahman Ifrah Mahad Sahra Liban Fadumo Guled",
        "Warsame_Nuur Jaamac_Cali Cabdi_Xasan Geedi_Maxamed Faarax_Axmed Samatar_Yuusuf",
    ),
    _origin(
        5,
        "pt",
        "Inês Tiago Conceição João Lurdes Rui Beatriz Nuno Graça Duarte",
        "Figueiredo_Leal Teixeira Simões_Vaz Quintela Falcão Mourão Sequeira Brandão",
    ),
    _origin(
        4,
        "es",
        "Lucía Andrés Pilar Íñigo Marisol Joaquín Yolanda Ramiro",
        "Echeverría_Mora Peñalver Quiroga_Luna Zubiri Cifuentes Aranda_Gil Ibáñez_Roca Núñez",
    ),
    _origin(
        4,
        "ro",
        "Ioana Răzvan Mihaela Cătălin Ștefania Bogdan Luminița Vlad",
        "Țurcanu Brădescu Munteanu-Oprea Lăzăroiu Grecea Pântea Codreanu-Iliescu Vâlcan",
    ),
    _origin(
        4,
        "uk",
        "Оксана Тарас Людмила Остап Соломія Назар Ганна Мирон",
        "Калинюк Верещака Дорошко Яворська-Пік Ступка Гончарик Лебединець Морозюк",
    ),
    _origin(
        4,
        "ar",
        "هدى سامر ليلى يوسف رنا كريم سلمى طارق",
        "الحداد منصور الخطيب درويش البستاني النجار شاهين القاضي",
    ),
    _origin(
        3,
        "ar",
        "Rania Khalil Mariam Yassin Dalal Munir Hanan Faris",
        "al-Masri Haddad ben_Salah Zeitoun al-Khoury Boukhari Nasrallah-Aziz Tamimi",
    ),
    _origin(
        4,
        "zh",
        "Mei-Ling Jian Xiuying Wei Suyin Guang Lihua Chen-Yu",
        "Ouyang Cheung Hsieh Lau Kwok Tse Szeto Mak",
        "{family} {given}",
    ),
    _origin(2, "zh", "美玲 建國 秀英 偉明 麗華 志強", "歐陽 張 劉 郭 謝 麥", "{family}{given}"),
    _origin(
        4,
        "vi",
        "Thị_Hồng Văn_Dũng Ngọc_Ánh Quốc_Bảo Thu_Thảo Đình_Khôi",
        "Nguyễn Trần Đặng Huỳnh Vũ Lương",
        "{family} {given}",
    ),
    _origin(
        4,
        "ta",
        "Kavitha Murugan Selvi Anbarasu Thenmozhi Ilango",
        "R. S. K._N. V. M._P. T.",
        "{family} {given}",
    ),
    _origin(
        3,
        "tr",
        "Gülşen Oğuz Şebnem Çağlar Nilüfer İsmail Ayşegül Barış",
        "Yıldırımoğlu Karaca Öztürkmen Işıklı Demirağ Ünlüer Şahinbaş Doğruyol",
    ),
    _origin(
        3, "el", "Ελένη Σταύρος Καλλιόπη Θανάσης Δέσποινα Νίκος", "Παπαδάκης Ρήγα Κονδύλης Μαυρίδη Ζαχαρίου"
    ),
    _origin(
        3,
        "am",
        "Tigist Dawit Hiwot Yared Selam Bereket",
        "Tesfaye_Lemma Girma_Alemu Wolde_Mariam Haile_Desta Mekonnen_Abebe",
    ),
    _origin(
        3,
        "tl",
        "Marivic Rodel Analyn Jun-Jun Luzviminda Arnel",
        "Dimaculangan Batungbakal Pagsisihan Catacutan Macaraeg",
    ),
    _origin(
        2,
        "is",
        "Guðrún Þórður Sigríður Ævar Ragnheiður Össur",
        "Jónsdóttir Hallgrímsson Þorláksdóttir Ketilsson",
    ),
    _origin(
        2, "ja", "Haruka Kenta Yūko Sōichi Naomi Takeshi", "Ōmori Fujisawa Kōno Hayashida Nishimura-Bell"
    ),
    _origin(2, "sw", "Neema Juma Zawadi Baraka Rehema Omari", "Mwakasege Kilonzo Ngowi Mutiso Chebet"),
    _origin(1, "id", "Sukarmin Wahyuningsih Supriyadi Purwanti Sugiarto Rahayu", "-", "{given}"),
)
_WEIGHTS = list(accumulate(origin.weight for origin in ORIGINS))


def draw(chance: Random) -> Name:
    """Draw a name. Early names of each list come more often, as some names do anywhere."""
    origin = chance.choices(ORIGINS, cum_weights=_WEIGHTS)[0]
    given = _early(chance, origin.given)
    family = _early(chance, origin.family)
    if chance.random() < 0.03 and origin.order == "{given} {family}":
        given = f"{given} {_early(chance, origin.given)}"
    if family == "-":
        return Name(given, given, "", origin.language)
    return Name(origin.order.format(given=given, family=family), given, family, origin.language)


def _early(chance: Random, words: tuple[str, ...]) -> str:
    # A skew of this power gives the first tenth of a list about a fifth of the draws.
    return words[int(len(words) * chance.random() ** 1.4)].replace("_", " ")
