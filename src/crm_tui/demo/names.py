"""Words of which the demo company is made. People are invented; e-mail domains end in .example."""

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    """What names and places look like in a country. ``cities`` are (name, postal code, phone area);
    ``form`` is what companies of it end in."""

    code: str
    language: str
    currency: str
    time_zone: str
    form: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _cities(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((place[0].strip(), place[1].strip()) for place in (line.split(":") for line in text.split(",")))


FINLAND = Country(
    "FI", "fi", "EUR", "Europe/Helsinki", "Oy",
    _words(
        "Eeva Jussi Pekka Marja-Liisa Anne Aino Ville Hanna Timo Riikka Antti Kaisa Olli Sari Juha Tiina Matti Laura"
        " Heikki Päivi Åsa Göran Outi Mika Elina Teemu Johanna Risto Satu Lauri Minna Kimmo Veera Arto Noora Esa"
    ),
    _words(
        "Lahtinen Räsänen Hyvönen Kettunen Holopainen Mäkelä Nieminen Salonen Heikkilä Ylönen Koskinen Järvinen"
        " Savolainen Häkkinen Lindström Rantanen Pääkkönen Vuorinen Tuominen Kärkkäinen Niskanen Ahonen Björklund"
        " Suominen Väisänen Leppänen Kallio Öhman Peltola Hiltunen"
    ),
    ("Satamakatu", "Kauppakatu", "Teollisuustie", "Rantatie", "Asemakatu", "Telakkakatu", "Koulukatu", "Myllytie"),
    _cities(
        "Helsinki:00180,Espoo:02150,Tampere:33100,Turku:20100,Oulu:90100,Kuopio:70100,Lahti:15110,Vaasa:65100,"
        "Kotka:48100,Pori:28100,Rauma:26100,Hanko:10900,Joensuu:80100,Jyväskylä:40100,Kokkola:67100,Raahe:92100,"
        "Kemi:94100,Savonlinna:57130,Porvoo:06100,Naantali:21100,Lappeenranta:53100,Rovaniemi:96200"
    ),
)  # fmt: skip
NORWAY = Country(
    "NO", "nb", "NOK", "Europe/Oslo", "AS",
    _words(
        "Ingrid Tore Kari Bjørn Silje Øyvind Marte Håkon Sigrid Åse Lars Grete Einar Solveig Kjetil Turid Magnus Liv"
        " Ragnhild Sindre Astrid Geir Hege Trond Nina Vegard"
    ),
    _words(
        "Aasen Nygård Haugen Bakken Solberg Strand Moen Lund Sæther Kvåle Øverland Myhre Rønning Tangen Hegdal Bråten"
        " Eide Fosse Grønli Hovland Iversen Skår Vik Ødegård"
    ),
    ("Strandgaten", "Havnegata", "Kaigata", "Industriveien", "Storgata", "Skippergata", "Fjordveien", "Bryggeveien"),
    _cities(
        "Oslo:0152,Bergen:5013,Stavanger:4006,Trondheim:7011,Tromsø:9008,Bodø:8006,Ålesund:6002,Haugesund:5525,"
        "Kristiansund:6509,Molde:6413,Florø:6900,Måløy:6700,Kirkenes:9900,Svolvær:8300,Sandnessjøen:8800,Drammen:3015"
    ),
)  # fmt: skip
SWEDEN = Country(
    "SE", "sv", "SEK", "Europe/Stockholm", "AB",
    _words("Anna Erik Karin Johan Lena Oskar Malin Per Åsa Gustav Elsa Nils Ulrika Anders Frida Björn"),
    _words("Lindqvist Sjöberg Åkesson Nyström Engström Forsberg Hedlund Wallin Söderlund Ekdahl Norén Öberg"),
    ("Hamngatan", "Storgatan", "Varvsgatan", "Skeppsbron", "Industrigatan"),
    _cities("Stockholm:111 20,Göteborg:411 04,Malmö:211 20,Luleå:972 31,Umeå:903 26,Sundsvall:852 30"),
)  # fmt: skip
GERMANY = Country(
    "DE", "de", "EUR", "Europe/Berlin", "GmbH",
    _words("Jürgen Sabine Klaus Petra Jörg Anke Matthias Ulrike Holger Birgit Kai Silke Sören Antje"),
    _words("Petersen Müller Groß Hansen Weiß Schröder Köhler Böttcher Brandt Lüders Kühn Vogt"),
    ("Hafenstraße", "Werftstraße", "Am Kai", "Industriestraße", "Schifferstraße"),
    _cities("Hamburg:20457,Kiel:24103,Rostock:18055,Bremerhaven:27568,Lübeck:23552,Emden:26721,Flensburg:24937"),
)  # fmt: skip
ESTONIA = Country(
    "EE", "et", "EUR", "Europe/Tallinn", "OÜ",
    _words("Kadri Tõnu Liis Jaan Piret Märt Kristiina Andres Triin Ülle"),
    _words("Tamm Saar Mägi Kask Õunapuu Põder Rebane Kukk Jõgi Vaher"),
    ("Sadama", "Kopli", "Ranna tee", "Tööstuse", "Pikk"),
    _cities("Tallinn:10111,Pärnu:80010,Tartu:51003,Kuressaare:93813,Narva:20308"),
)  # fmt: skip
DENMARK = Country(
    "DK", "da", "DKK", "Europe/Copenhagen", "A/S",
    _words("Mette Søren Kirsten Jørgen Lone Bo Pernille Aksel Dorthe Niels"),
    _words("Kjær Østergaard Møller Bæk Holm Skov Lauridsen Thygesen Nørgaard Dam"),
    ("Havnegade", "Værftsvej", "Strandvejen", "Kajen"),
    _cities("København:1058,Aarhus:8000,Esbjerg:6700,Frederikshavn:9900,Odense:5000"),
)  # fmt: skip

COUNTRIES = {country.code: country for country in (FINLAND, NORWAY, SWEDEN, GERMANY, ESTONIA, DENMARK)}

#: companies by name; the rest are made of a place and a trade
KNOWN_BY_NAME = {
    "Hanko Marina Development Oy": "Hanko", "Marina Kotka Oy": "Kotka", "Bodø Marinservice AS": "Bodø",
    "Helgeland Marine Supply AS": "Sandnessjøen", "Rauma Marine Coatings Oy": "Rauma",
    "Saimaan Marinapalvelut Oy": "Savonlinna", "Ålesund Marinteknikk AS": "Ålesund",
    "Lofoten Marine Insurance Brokers AS": "Svolvær", "Marine Data Nordic Oy": "Espoo",
    "Kvarken Marine Survey Oy": "Vaasa", "Tromsø Marin Elektro AS": "Tromsø", "Submarin Kabel AS": "Bergen",
    "Porvoo Marine Interiors Oy": "Porvoo", "Nordfjord Marine Logistics AS": "Måløy",
    "Turun Marintekniikka Oy": "Turku", "Marinex Composite Oy": "Pori", "Stavanger Marin Consult AS": "Stavanger",
    "Oulun Marine Automation Oy": "Oulu", "Kirkenes Marine Base AS": "Kirkenes",
    "Marin & Havn Rådgivning AS": "Oslo", "Haugesund Marine Paint AS": "Haugesund",
    "Marine Risk Partners Oy": "Helsinki", "Molde Marindesign AS": "Molde", "Kemi Marine Steel Oy": "Kemi",
    "Raahen Marinasähkö Oy": "Raahe", "Florø Marine Supply Base AS": "Florø",
    "Naantalin Marinakiinteistöt Oy": "Naantali", "Marinlab Vest AS": "Bergen",
}  # fmt: skip

#: what companies do, with the name of its industry
TRADES = (
    ("Shipyard", "Ship and boat building"), ("Steelworks", "Metal products"), ("Port Services", "Ports and terminals"),
    ("Windpower", "Energy supply"), ("Offshore", "Oil and gas services"), ("Paper Machines", "Machinery"),
    ("Fish Farming", "Fishing and aquaculture"), ("Bridge & Road", "Construction"), ("Timber", "Wood and paper"),
    ("Crane Works", "Machinery"), ("Hydro", "Energy supply"), ("Logistics", "Transport and storage"),
    ("Coatings", "Chemicals"), ("Automation", "Information technology"), ("Municipal Water", "Water and waste"),
    ("Real Estate", "Real estate"), ("Concrete", "Construction"), ("Battery Materials", "Chemicals"),
    ("Ferries", "Transport and storage"), ("Foundry", "Metal products"),
)  # fmt: skip

ROLES = (
    "Managing director", "Procurement", "Technical lead", "Invoicing", "Site manager", "Project manager",
    "Quality and safety", "Human resources", "Board member", "Fleet manager",
)  # fmt: skip
TITLES = {
    "Managing director": ("Managing director", "Managing director, founder", "CEO"),
    "Procurement": ("Head of procurement", "Purchaser", "Sourcing manager"),
    "Technical lead": ("Chief engineer", "Naval architect", "Technical manager"),
    "Invoicing": ("Accounts payable", "Controller", "Finance manager"),
    "Site manager": ("Site manager", "Yard manager", "Plant manager"),
    "Project manager": ("Project manager", "Programme manager"),
    "Quality and safety": ("QHSE manager", "Safety engineer"),
    "Human resources": ("HR manager",),
    "Board member": ("Chair of the board", "Board member"),
    "Fleet manager": ("Fleet manager", "Superintendent"),
}
KEYWORDS = (
    "Decision maker", "Steering group", "Invoices", "News", "Newsletter in English", "Christmas card", "Reference",
    "Fair visitor", "Technical contact", "Signs contracts", "Speaks for the board", "Customer survey",
    "Maintenance news", "Fair 2019",
)  # fmt: skip

CASE_SUBJECTS = (
    "Ballast water retrofit", "Crane foundation", "Hull survey programme", "Shore power feasibility",
    "Deck plan digitising", "Dry dock gate overhaul", "Energy audit", "Class renewal documentation",
    "Quay strengthening", "Wind farm grid study", "Noise and vibration measurements", "Fire safety review",
    "Structural analysis, bridge deck", "Process piping design", "Tank coating inspection", "Ventilation renewal",
    "Condition survey", "Permit application", "Cost estimate, new terminal", "Safety training programme",
    "Maintenance plan", "Risk assessment", "Frame agreement: inspections", "Owner's engineer services",
)  # fmt: skip
TASK_SUBJECTS = (
    "Collect drawings from the customer", "Review class drawings, rev. {letter}", "Order steel plates, lot {number}",
    "Crane load calculation", "Draft lay-up checklist", "Lifting plan for quay {number}",
    "Cost table, version {number}",
    "Site measurements, day {number}", "Translate report to English", "Update risk list", "Inspection round {number}",
    "Book survey boat", "Check certificates", "Foundation drawing {number}", "Prepare steering group material",
    "Send measurement data to the lab", "Write the summary for the board", "Check calculation of colleague",
)  # fmt: skip
TODO_SUBJECTS = (
    "Send revised offer", "Call about schedule", "Send references", "Ask for the purchase order", "Renew the NDA",
    "Check insurance papers", "Thank for the visit", "Agree the docking window", "Send price list", "Offer follow-up",
    "Ask about the budget round", "Confirm the invoicing address",
)  # fmt: skip
MEETING_SUBJECTS = (
    "Steering group", "Kick-off", "Site visit", "Negotiation: frame agreement", "Weekly call", "Lessons learned",
    "Safety walk", "Contract review", "Demonstration of measurements", "Lunch with the board",
)  # fmt: skip
NOTE_TEXTS = (
    "Prefers deliveries before noon, gate 2.", "Yard closed over Christmas. No inspections then.",
    "Wants an English summary in every report.", "Budget round ends in November; offers have to be in before that.",
    "New procurement contact is to be named in spring.", "Crane certificates expire in March.",
    "Met at the fair; interested in energy audits.", "Happy with the last project, may be used as a reference.",
    "Invoices without an order number are sent back.", "Competitor has offered 8 % less for the survey.",
    "They plan a second dry dock and want to hear about permits early.",
    "Visitors need safety shoes and have to register one day ahead.",
)  # fmt: skip
REPLIES = ("Told the team.", "Agreed with them by phone.", "I will bring it up in the next meeting.", "Done, thanks.")
MEETING_PLACES = ("Teams", "Customer's office", "Our office, Aurora", "Site", "Hotel Arthur, cabinet 2")
