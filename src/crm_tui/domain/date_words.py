"""The words of dates and times: English, Finnish and Norwegian, as ``normalise.fold`` leaves them."""

from __future__ import annotations

import re

_WEEKDAYS = (
    "mon monday ma maanantai maanantaina man mandag",
    "tue tues tuesday ti tiistai tiistaina tir tirsdag",
    "wed weds wednesday ke keskiviikko keskiviikkona ons onsdag",
    "thu thur thurs thursday to torstai torstaina tor torsdag",
    "fri friday pe perjantai perjantaina fre fredag",
    "sat saturday la lauantai lauantaina lor lordag",
    "sun sunday su sunnuntai sunnuntaina son sondag",
)
_MONTHS = (
    "jan january tammikuu tammikuuta januar",
    "feb february helmikuu helmikuuta februar",
    "mar march maaliskuu maaliskuuta mars",
    "apr april huhtikuu huhtikuuta",
    "may toukokuu toukokuuta mai",
    "jun june kesakuu kesakuuta juni",
    "jul july heinakuu heinakuuta juli",
    "aug august elokuu elokuuta",
    "sep sept september syyskuu syyskuuta",
    "oct october lokakuu lokakuuta okt oktober",
    "nov november marraskuu marraskuuta",
    "dec december joulukuu joulukuuta des desember",
)


def _numbered(names: tuple[str, ...], first: int) -> dict[str, int]:
    return {name: number for number, line in enumerate(names, first) for name in line.split()}


#: as ``date.weekday`` counts, Monday 0
WEEKDAYS = _numbered(_WEEKDAYS, 0)
MONTHS = _numbered(_MONTHS, 1)
#: how many days from today
DAYS = {
    "today": 0,
    "tonight": 0,
    "tanaan": 0,
    "i dag": 0,
    "idag": 0,
    "tomorrow": 1,
    "huomenna": 1,
    "i morgen": 1,
    "imorgen": 1,
    "ylihuomenna": 2,
}

TIME = r"(?P<at>(?:at|klo|kl) )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?: ?(?P<half>am|pm))?"
#: may stand before a date, and go with it
LEAD = re.compile(r"(?:(?:on|by|due|pa) )+")

#: What is a date together with another part of one, but is also something else, when it stands alone in a
#: sentence: words of the three languages, amounts and versions (5.6). “to 14:00” and “to 24.12.” are English,
#: “to klo 14” is Thursday.
ALSO_TEXT = re.compile(
    r"(?:(?:on|by|due|på|next|this) )*(?:ma|ti|ke|to|pe|la|su|man|tor|son|\d{1,2}\.\d{1,2}(?:\.\d\d)?|to (?!klo ).*)"
)
#: another one if its day is less than its month (1/2)
FRACTION = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)
#: English words, too, at the beginning of a line
ALSO_FIRST_WORDS = frozenset({"sat", "sun", "wed"})
_TIES = (
    "a about after and before between during each eller ennen etter every for fra from hver ja joka last of og or past"
    " since tai than the through til till to until version & + - – — /"
)
_JOINTS = "and eller ja og or tai til till through to until & + - – — /"
#: a date after one of these belongs to the sentence: “Minutes of 24.11.”, “Move the meeting to Friday”
TIES = frozenset(_TIES.split())
#: a date before one of these is one of several: “Monday and Tuesday off”
JOINTS = frozenset(_JOINTS.split())
