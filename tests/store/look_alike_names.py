"""Names, numbers and addresses of which look-alikes are made, and the ways in which they get written down wrongly."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple


def _words(text: str) -> list[str]:
    return text.split()


class Land(NamedTuple):
    code: str
    firsts: list[str]
    lasts: list[str]
    forms: list[str]
    cities: list[tuple[str, str]]


LANDS = (
    Land(
        "FI",
        _words(
            "Juhani Maria Johannes Helena Mikael Anneli Tapani Johanna Antero Hannele Matti Liisa Timo Päivi Jari Anna"
            " Kari Tuula Mika Ritva Pekka Leena Juha Sari Jukka Pirjo Markku Minna Antti Kaija Heikki Tiina Marko Eeva"
            " Sami Satu Janne Elina Petri Tarja Hannu Hanna Ari Kirsi Seppo Laura Pasi Marja Jussi Katja Teemu Outi"
            " Väinö Aino Göran Åsa Björn Märta Sini-Maaria Marja-Leena Juha-Pekka Eeva-Liisa Aki Esa Jani Erja Merja"
        ),
        _words(
            "Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen"
            " Saarinen Salminen Heinonen Niemi Heikkilä Kinnunen Salonen Turunen Salo Laitinen Tuominen Rantanen"
            " Karjalainen Jokinen Mattila Savolainen Lahtinen Ahonen Ojala Leppänen Väisänen Hiltunen Kallio Miettinen"
            " Leinonen Pitkänen Aaltonen Manninen Hakala Anttila Koivisto Laaksonen Hirvonen Räsänen Johansson"
            " Lindström Öhman Backström Ylönen Häkkinen Ruotsalainen Kettunen Aho Aalto Peltola Rinne Kokko Sjöblom"
        ),
        _words("Oy Oy Oy Oy Oyj Ab Ky Tmi"),
        [("Helsinki", "00100"), ("Espoo", "02100"), ("Tampere", "33100"), ("Turku", "20100"), ("Oulu", "90100"),
         ("Kuopio", "70100"), ("Vaasa", "65100"), ("Lahti", "15110")],
    ),
    Land(
        "NO",
        _words(
            "Jan Anne Per Inger Bjørn Kari Ole Marit Lars Ingrid Kjell Liv Knut Eva Arne Berit Svein Astrid Thomas"
            " Bjørg Hans Hilde Geir Anna Tor Solveig Morten Marianne Terje Randi Odd Ida Erik Nina Martin Elisabeth"
            " Andreas Maria Øyvind Kristin Håkon Silje Pål Åse Sjur Gro Trond Hege Stian Mette Jan-Erik Anne-Grete"
        ),
        _words(
            "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen"
            " Berg Haugen Hagen Johannessen Andreassen Jacobsen Dahl Jørgensen Halvorsen Henriksen Lund Sørensen"
            " Jakobsen Moen Gundersen Iversen Strand Solberg Svendsen Eide Knutsen Martinsen Paulsen Bakken"
            " Kristoffersen Mathisen Lie Rasmussen Amundsen Lunde Kristensen Bakke Berge Moe Nygård Fredriksen"
            " Solheim Nguyen Lien"
            " Haugland Ødegård Sætre Bø Øverland Gjerde Tveit Fløgstad"
        ),
        _words("AS AS AS AS ASA ANS DA"),
        [("Oslo", "0150"), ("Bergen", "5003"), ("Trondheim", "7010"), ("Stavanger", "4006"), ("Tromsø", "9008"),
         ("Drammen", "3015")],
    ),
    Land(
        "GB",
        _words(
            "David John Michael Paul Susan Andrew Margaret Sarah Mark James Karen Peter Robert Richard Jacqueline"
            " Stephen Emma Christopher Elizabeth Julie Nicola Helen Daniel Claire Thomas Joanne Matthew Laura Ian"
            " Rebecca Simon Alison Philip Rachel Neil Siân Zoë Chloé Anne-Marie"
        ),
        _words(
            "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White"
            " Roberts Green Hall Wood Jackson Clarke Patel Khan Lewis Hughes Edwards Hill Moore Clark Harrison Scott"
            " Young Morris Ward Turner Carter O'Brien Fitzgerald Macdonald McIntyre Featherstonehaugh"
        ),
        _words("Ltd Ltd Ltd plc LLP"),
        [("London", "EC1A 1BB"), ("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR"), ("Edinburgh", "EH1 1YZ")],
    ),
)  # fmt: skip
TRADES = _words(
    "Energia Rakennus Konsultointi Logistics Consulting Bygg Design Tekniikka Marine Kiinteistöt Sähkö Software Media"
    " Shipping Engineering Catering Elektro Arkitekter Metalli Kuljetus"
)
STEMS = _words(
    "Kallavesi Pohjola Sampola Nordlys Fjordkraft Havila Granite Tunturi Kivijärvi Lumo Aurora Solvik Merikoski Vesala"
    " Tervahovi Brekke Storfjord Kaipola Hallvard Ironbridge Whitmore Kestrel Sisu Otava Revontuli Nordvest Bluewater"
    " Lakeland Taiga Saimaa Hölmölä Åland Sørlandet Ørsta Myrskylä Pyhäjoki Rönnskär Strømmen Lofot Vesijärvi Kymi"
    " Elmwood Harbourne Thistle Moorgate Ylläs Koli Suomenselkä Hardanger Ryfylke"
)


_PLAIN = dict(zip(map(ord, "øØæÆß"), ("o", "O", "ae", "Ae", "ss"), strict=True))
_TRANSCRIBED = dict(zip(map(ord, "äöåøæÄÖÅØ"), ("ae", "oe", "aa", "oe", "ae", "Ae", "Oe", "Aa", "Oe"), strict=True))


def often(random_: random.Random, names: Sequence[str]) -> str:
    """The first ones more often, as names come: about 1/(n + 8) of them are the n-th."""
    weights = [1 / (place + 8) for place in range(len(names))]
    return random_.choices(names, weights)[0]


def ascii_of(text: str) -> str:
    """As somebody without such keys types it."""
    text = text.translate(_PLAIN)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def transcribed(text: str) -> str:
    """As passports and old machines write it."""
    return text.translate(_TRANSCRIBED)


def mistyped(random_: random.Random, text: str) -> str:
    """One error: a letter mistaken, left out, put in, or exchanged with the next."""
    while True:
        place = random_.randrange(len(text))
        letter = random_.choice("abcdefghijklmnoprstuvyäö")
        made = random_.choice(
            (
                text[:place] + letter + text[place + 1 :],
                text[:place] + text[place + 1 :],
                text[:place] + letter + text[place:],
                text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :],
            )
        )
        if ascii_of(made).casefold() != ascii_of(text).casefold():
            return made


class Channels:
    """Numbers and addresses, each given once."""

    def __init__(self, random_: random.Random) -> None:
        self._random = random_
        self._given = 0

    def mobile(self, land: str) -> str:
        """As its owner writes it."""
        self._given += 1
        n = self._given * 7919 % 1_000_000
        return {"FI": f"+35840{5_000_000 + n}", "NO": f"+479{1_000_000 + n}", "GB": f"+447700{900_000 + n % 100_000}"}[
            land
        ]

    def landline(self, land: str) -> str:
        """Of an office."""
        self._given += 1
        n = self._given * 7919 % 100_000
        return {"FI": f"+35891{100_000 + n}", "NO": f"+4722{100_000 + n}", "GB": f"+442079{460_000 + n % 10_000}"}[land]

    def rewritten(self, number: str) -> str:
        """The same number in another format."""
        codes = {"+358": "0", "+47": "", "+44": "0"}
        code = next(code for code in codes if number.startswith(code))
        national = number[len(code) :]
        grouped = f"{national[:2]} {national[2:5]} {national[5:]}"
        return self._random.choice(
            (
                f"{codes[code]}{national}",
                f"{code} {grouped}",
                f"00{code[1:]} {grouped}",
                f"{codes[code]}{national[:2]}-{national[2:5]} {national[5:]}",
                f"{code} ({codes[code] or '0'}){grouped}" if codes[code] else f"{code} {grouped}",
            )
        )


def vat_number(land: str, random_: random.Random) -> str:
    """A valid one."""
    while True:
        if land == "FI":
            digits = f"{random_.randrange(1_000_000, 3_500_000):07}"
            rest = sum(int(d) * weight for d, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
            if rest != 1:
                return f"FI{digits}{(11 - rest) % 11}"
        elif land == "NO":
            digits = f"9{random_.randrange(10_000_000):07}"
            rest = sum(int(d) * weight for d, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
            if rest != 1:
                return f"NO{digits}{(11 - rest) % 11}MVA"
        else:
            return f"GB{random_.randrange(100_000_000, 999_999_999)}"
