"""Countries: ISO 3166-1 codes, their English names, and the many ways in which files write them.

Each line of the table is alpha-2, alpha-3, then names: the first is the English name that people see, the
rest are other names found in files (native, Finnish, Norwegian, Swedish, German, abbreviations). Codes and
English names follow the public-domain table of the tz database (iso3166.tab).
"""

from __future__ import annotations

from functools import cache

from crm_tui.domain.normalise import fold

_TABLE = """\
AD AND Andorra
AE ARE United Arab Emirates|UAE|Emirates|Arabiemiirikunnat
AF AFG Afghanistan
AG ATG Antigua and Barbuda
AI AIA Anguilla
AL ALB Albania
AM ARM Armenia
AO AGO Angola
AQ ATA Antarctica
AR ARG Argentina|Argentiina|Argentinien
AS ASM American Samoa
AT AUT Austria|Österreich|Itävalta|Østerrike|Österrike
AU AUS Australia|Australien
AW ABW Aruba
AX ALA Åland Islands|Åland|Ahvenanmaa
AZ AZE Azerbaijan
BA BIH Bosnia and Herzegovina|Bosnia
BB BRB Barbados
BD BGD Bangladesh
BE BEL Belgium|België|Belgique|Belgien|Belgia
BF BFA Burkina Faso
BG BGR Bulgaria|България|Bulgarien
BH BHR Bahrain
BI BDI Burundi
BJ BEN Benin
BL BLM Saint Barthélemy
BM BMU Bermuda
BN BRN Brunei|Brunei Darussalam
BO BOL Bolivia|Plurinational State of Bolivia
BQ BES Caribbean Netherlands
BR BRA Brazil|Brasil|Brasilia|Brasilien
BS BHS Bahamas
BT BTN Bhutan
BV BVT Bouvet Island
BW BWA Botswana
BY BLR Belarus|Valko-Venäjä|Hviterussland|Weissrussland
BZ BLZ Belize
CA CAN Canada|Kanada
CC CCK Cocos Islands|Keeling Islands
CD COD Congo-Kinshasa|Democratic Republic of the Congo|DR Congo|DRC|Zaire
CF CAF Central African Republic
CG COG Congo-Brazzaville|Congo|Republic of the Congo
CH CHE Switzerland|Schweiz|Suisse|Svizzera|Sveitsi|Sveits
CI CIV Côte d’Ivoire|Ivory Coast
CK COK Cook Islands
CL CHL Chile|Chili
CM CMR Cameroon
CN CHN China|中国|Kiina|Kina|People’s Republic of China|PRC|PR China
CO COL Colombia|Kolumbia|Kolumbien
CR CRI Costa Rica
CU CUB Cuba
CV CPV Cape Verde|Cabo Verde
CW CUW Curaçao
CX CXR Christmas Island
CY CYP Cyprus|Κύπρος|Kypros|Cypern|Zypern
CZ CZE Czechia|Czech Republic|Česko|Česká republika|Tšekki|Tsjekkia|Tjeckien|Tschechien
DE DEU Germany|Deutschland|Saksa|Tyskland|Federal Republic of Germany|Allemagne|Alemania
DJ DJI Djibouti
DK DNK Denmark|Danmark|Tanska|Dänemark
DM DMA Dominica
DO DOM Dominican Republic
DZ DZA Algeria
EC ECU Ecuador
EE EST Estonia|Eesti|Viro|Estland
EG EGY Egypt|Egypti|Egypten|Ägypten
EH ESH Western Sahara
ER ERI Eritrea
ES ESP Spain|España|Espanja|Spania|Spanien|Espagne
ET ETH Ethiopia
FI FIN Finland|Suomi|Finnland
FJ FJI Fiji
FK FLK Falkland Islands|Malvinas
FM FSM Micronesia
FO FRO Faroe Islands|Føroyar|Färsaaret|Færøyene|Färöarna|Färöer
FR FRA France|Ranska|Frankrike|Frankreich|Francia
GA GAB Gabon
GB GBR United Kingdom|UK|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Iso-Britannia|\
Yhdistynyt kuningaskunta|Storbritannia|Storbritannien|Grossbritannien|Vereinigtes Königreich|\
United Kingdom of Great Britain and Northern Ireland
GD GRD Grenada
GE GEO Georgia
GF GUF French Guiana
GG GGY Guernsey
GH GHA Ghana
GI GIB Gibraltar
GL GRL Greenland|Kalaallit Nunaat|Grönlanti|Grønland|Grönland
GM GMB Gambia
GN GIN Guinea
GP GLP Guadeloupe
GQ GNQ Equatorial Guinea
GR GRC Greece|Ελλάδα|Hellas|Kreikka|Grekland|Griechenland
GS SGS South Georgia and the South Sandwich Islands
GT GTM Guatemala
GU GUM Guam
GW GNB Guinea-Bissau
GY GUY Guyana
HK HKG Hong Kong|Hongkong|Hong Kong SAR
HM HMD Heard Island and McDonald Islands
HN HND Honduras
HR HRV Croatia|Hrvatska|Kroatia|Kroatien
HT HTI Haiti
HU HUN Hungary|Magyarország|Unkari|Ungarn|Ungern
ID IDN Indonesia|Indonesien
IE IRL Ireland|Éire|Irlanti|Irland|Republic of Ireland
IL ISR Israel|ישראל
IM IMN Isle of Man
IN IND India|Intia|Indien|Bharat
IO IOT British Indian Ocean Territory
IQ IRQ Iraq
IR IRN Iran|Islamic Republic of Iran
IS ISL Iceland|Ísland|Islanti|Island
IT ITA Italy|Italia|Italien
JE JEY Jersey
JM JAM Jamaica
JO JOR Jordan
JP JPN Japan|日本|Japani
KE KEN Kenya
KG KGZ Kyrgyzstan
KH KHM Cambodia
KI KIR Kiribati
KM COM Comoros
KN KNA Saint Kitts and Nevis|St Kitts and Nevis
KP PRK North Korea|Democratic People’s Republic of Korea
KR KOR South Korea|Korea|Republic of Korea|대한민국|Etelä-Korea|Sør-Korea|Sydkorea|Südkorea
KW KWT Kuwait
KY CYM Cayman Islands
KZ KAZ Kazakhstan
LA LAO Laos|Lao People’s Democratic Republic
LB LBN Lebanon
LC LCA Saint Lucia|St Lucia
LI LIE Liechtenstein
LK LKA Sri Lanka
LR LBR Liberia
LS LSO Lesotho
LT LTU Lithuania|Lietuva|Liettua|Litauen
LU LUX Luxembourg|Luxemburg|Lëtzebuerg
LV LVA Latvia|Latvija|Lettland
LY LBY Libya
MA MAR Morocco|Marokko|Marocko|Maroc
MC MCO Monaco
MD MDA Moldova|Republic of Moldova
ME MNE Montenegro
MF MAF Saint Martin
MG MDG Madagascar
MH MHL Marshall Islands
MK MKD North Macedonia|Macedonia
ML MLI Mali
MM MMR Myanmar|Burma
MN MNG Mongolia
MO MAC Macao|Macau
MP MNP Northern Mariana Islands
MQ MTQ Martinique
MR MRT Mauritania
MS MSR Montserrat
MT MLT Malta
MU MUS Mauritius
MV MDV Maldives
MW MWI Malawi
MX MEX Mexico|México|Meksiko|Mexiko
MY MYS Malaysia|Malesia
MZ MOZ Mozambique
NA NAM Namibia
NC NCL New Caledonia
NE NER Niger
NF NFK Norfolk Island
NG NGA Nigeria
NI NIC Nicaragua
NL NLD Netherlands|Nederland|Holland|The Netherlands|Alankomaat|Hollanti|Nederländerna|Niederlande|Pays-Bas
NO NOR Norway|Norge|Noreg|Norja|Norwegen
NP NPL Nepal
NR NRU Nauru
NU NIU Niue
NZ NZL New Zealand|Uusi-Seelanti|Nya Zeeland|Neuseeland|Aotearoa
OM OMN Oman
PA PAN Panama
PE PER Peru
PF PYF French Polynesia
PG PNG Papua New Guinea
PH PHL Philippines|Filippiinit|Filippinene|Filippinerna|Philippinen
PK PAK Pakistan
PL POL Poland|Polska|Puola|Polen
PM SPM Saint Pierre and Miquelon
PN PCN Pitcairn
PR PRI Puerto Rico
PS PSE Palestine|State of Palestine
PT PRT Portugal|Portugali
PW PLW Palau
PY PRY Paraguay
QA QAT Qatar
RE REU Réunion
RO ROU Romania|România|Rumänien
RS SRB Serbia|Србија|Srbija|Serbien
RU RUS Russia|Россия|Russian Federation|Venäjä|Russland|Ryssland
RW RWA Rwanda
SA SAU Saudi Arabia|Saudi-Arabia|Saudiarabien|Saudi-Arabien|KSA
SB SLB Solomon Islands
SC SYC Seychelles
SD SDN Sudan
SE SWE Sweden|Sverige|Ruotsi|Schweden
SG SGP Singapore|Singapur
SH SHN Saint Helena
SI SVN Slovenia|Slovenija|Slovenien|Slowenien
SJ SJM Svalbard and Jan Mayen
SK SVK Slovakia|Slovensko|Slovakien|Slowakei
SL SLE Sierra Leone
SM SMR San Marino
SN SEN Senegal
SO SOM Somalia
SR SUR Suriname
SS SSD South Sudan
ST STP São Tomé and Príncipe
SV SLV El Salvador
SX SXM Sint Maarten
SY SYR Syria|Syrian Arab Republic
SZ SWZ Eswatini|Swaziland
TC TCA Turks and Caicos Islands
TD TCD Chad
TF ATF French Southern Territories
TG TGO Togo
TH THA Thailand|Thaimaa
TJ TJK Tajikistan
TK TKL Tokelau
TL TLS Timor-Leste|East Timor
TM TKM Turkmenistan
TN TUN Tunisia
TO TON Tonga
TR TUR Türkiye|Turkey|Turkki|Tyrkia|Turkiet|Türkei
TT TTO Trinidad and Tobago
TV TUV Tuvalu
TW TWN Taiwan|台灣|Taiwan ROC
TZ TZA Tanzania|United Republic of Tanzania
UA UKR Ukraine|Україна|Ukraina
UG UGA Uganda
UM UMI US Minor Outlying Islands
US USA United States|United States of America|America|Yhdysvallat|Amerikan yhdysvallat|\
Forente stater|Förenta staterna|Vereinigte Staaten|Vereinigte Staaten von Amerika|Etats-Unis|\
Estados Unidos|EEUU|EUA
UY URY Uruguay
UZ UZB Uzbekistan
VA VAT Vatican City|Holy See
VC VCT Saint Vincent and the Grenadines|St Vincent
VE VEN Venezuela|Bolivarian Republic of Venezuela
VG VGB British Virgin Islands
VI VIR US Virgin Islands
VN VNM Vietnam|Viet Nam
VU VUT Vanuatu
WF WLF Wallis and Futuna
WS WSM Samoa
YE YEM Yemen
YT MYT Mayotte
ZA ZAF South Africa|RSA|Etelä-Afrikka|Sør-Afrika|Sydafrika|Südafrika
ZM ZMB Zambia
ZW ZWE Zimbabwe
"""

COUNTRIES: dict[str, str] = {line[:2]: line[7:].partition("|")[0] for line in _TABLE.splitlines()}
"""English name by alpha-2 code, in the order of the codes."""


def country_code(text: str) -> str | None:
    """The alpha-2 code of a country given by code or name in any case, with or without accents and dots.

    ``None`` where the text names no country, and for blank text.
    """
    return _codes_by_name().get(_key(text))


def country_name(code: str) -> str:
    """The English name of an alpha-2 code; the code itself where it is not one of ISO 3166-1."""
    return COUNTRIES.get(code, code)


@cache
def _codes_by_name() -> dict[str, str]:
    codes: dict[str, str] = {}
    for line in _TABLE.splitlines():
        alpha2, alpha3, names = line.split(" ", 2)
        for name in (alpha2, alpha3, *names.split("|")):
            codes[_key(name)] = alpha2
    return codes


def _key(name: str) -> str:
    return "".join(c for c in fold(name.replace("&", "and")) if c.isalnum())
