"""The formats known by their columns, and the names by which people call columns. Data only.

Headers are compared folded (``names.fold_header``): ``E-mail 1 - Value`` is ``email1value``. In numbered
patterns ``#`` stands for a number in the header and in the field; field number 1 is written without it.
"""

from __future__ import annotations

import re

from msgspec import Struct

from crm_tui.interchange.finance_columns import ACTUAL, FORECAST, INVOICE


class Format(Struct, frozen=True, kw_only=True):
    """A format: recognised where all of ``needs``, one of ``needs_one`` and none of ``never`` are columns.

    ``columns`` leads from folded header to field; ``synonyms`` says whether the other columns are looked up
    among the usual names as well. ``source`` begins the external references, ``customers`` and ``owners``
    those of the customers and users whose ids are in the rows.
    """

    name: str
    kind: str
    source: str
    needs: frozenset[str]
    needs_one: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    columns: dict[str, str]
    synonyms: bool = False
    customers: str = ""
    owners: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    """``header=field`` words, or a bare word where both are the same but for the underscores."""
    return {header: field or header for header, _, field in (word.partition("=") for word in text.split())}


def _synonyms(text: str) -> dict[str, tuple[str, ...]]:
    """``field: name, name`` on each line; a line that begins with blanks goes on with the one before."""
    lines = re.sub(r"\n +", " ", text).strip().splitlines()
    fields = (line.partition(":") for line in lines)
    return {field: tuple(name.strip() for name in names.split(",")) for field, _, names in fields}


_GOOGLE_GROUPS = """
    email#value=email# email#label=email#_kind email#type=email#_kind
    phone#value=phone# phone#label=phone#_kind phone#type=phone#_kind
    address#label=address#_kind address#type=address#_kind address#street=address#_line1
    address#extendedaddress=address#_line2 address#pobox=address#_pobox
    address#postalcode=address#_postal_code address#city=address#_city
    address#region=address#_region address#country=address#_country
    address#formatted=address#_formatted
    organization#name=organization organization#title=title website#value=website#
"""

FORMATS = (
    Format(
        name="northwind customers",
        kind="customer",
        source="northwind:customer",
        needs=_words("customerid companyname contactname"),
        columns=_pairs("""
            customerid=id companyname=name contactname=contact_name contacttitle=contact_title
            address=address_line1 city=address_city region=address_region postalcode=address_postal_code
            country=address_country phone fax"""),
    ),
    Format(
        name="northwind employees",
        kind="user",
        source="northwind:employee",
        needs=_words("employeeid lastname firstname reportsto"),
        columns=_pairs("employeeid=id lastname=last_name firstname=first_name reportsto=superior"),
    ),
    Format(
        name="northwind orders",
        kind="order",
        source="northwind:order",
        customers="northwind:customer",
        owners="northwind:employee",
        needs=_words("orderid customerid employeeid orderdate requireddate shippeddate"),
        columns=_pairs("""
            orderid=id customerid=customer employeeid=owner orderdate=date requireddate=due
            shippeddate=shipped shipname=ship_name shipaddress=ship_line1 shipcity=ship_city
            shipregion=ship_region shippostalcode=ship_postal_code shipcountry=ship_country total"""),
    ),
    Format(
        name="Salesforce opportunities",
        kind="case",
        source="salesforce",
        customers="salesforce",
        owners="salesforce",
        needs=_words("id name stagename"),
        columns=_pairs("""
            id isdeleted=is_deleted accountid=customer name description stagename=stage amount=value
            currencyisocode=currency probability closedate=close_date isclosed=is_closed iswon=is_won
            ownerid=owner"""),
    ),
    Format(
        name="Salesforce accounts",
        kind="customer",
        source="salesforce",
        owners="salesforce",
        needs=_words("id name"),
        needs_one=_words("masterrecordid billingstreet billingcity billingcountry accountnumber tickersymbol"),
        columns=_pairs("""
            id isdeleted=is_deleted name phone fax website industry annualrevenue=annual_revenue
            currencyisocode=currency numberofemployees=employees description ownerid=owner
            billingstreet=address_line1 billingcity=address_city billingstate=address_region
            billingpostalcode=address_postal_code billingcountry=address_country
            billingcountrycode=address_country_code
            shippingstreet=address2_line1 shippingcity=address2_city shippingstate=address2_region
            shippingpostalcode=address2_postal_code shippingcountry=address2_country
            shippingcountrycode=address2_country_code"""),
    ),
    Format(
        name="Google Contacts",
        kind="contact",
        source="google:contact",
        needs=_words("firstname lastname organizationname labels"),
        columns=_pairs(f"""
            firstname=first_name middlename=middle_name lastname=last_name fileas=name
            organizationname=organization organizationtitle=title birthday=date_of_birth notes=description
            labels=keywords {_GOOGLE_GROUPS}"""),
    ),
    Format(
        name="Google Contacts (before 2023)",
        kind="contact",
        source="google:contact",
        needs=_words("name givenname familyname groupmembership"),
        columns=_pairs(f"""
            name givenname=first_name additionalname=middle_name familyname=last_name birthday=date_of_birth
            notes=description language groupmembership=keywords {_GOOGLE_GROUPS}"""),
    ),
    Format(
        name="Outlook",
        kind="contact",
        source="outlook:contact",
        needs=_words("firstname lastname emailaddress"),
        needs_one=_words("businessphone primaryphone homephone mobilephone webpage internetfreebusy"),
        columns=_pairs("""
            firstname=first_name middlename=middle_name lastname=last_name company=organization jobtitle=title
            birthday=date_of_birth notes=description language categories=keywords webpage=website
            emailaddress=email email#address=email#
            primaryphone=phone businessphone=work_phone businessphone#=work_phone#
            companymainphone=work_phone3 homephone=home_phone homephone#=home_phone# mobilephone=mobile_phone
            otherphone=other_phone carphone=other_phone2 assistantsphone=other_phone3 pager=other_phone4
            businessfax=fax homefax=fax2 otherfax=fax3
            businessaddress=address_formatted businessstreet=address_line1 businessstreet2=address_line2
            businessstreet3=address_line3 businessaddresspobox=address_pobox businesspobox=address_pobox
            businesscity=address_city businessstate=address_region businesspostalcode=address_postal_code
            businesscountry=address_country businesscountryregion=address_country
            homeaddress=home_address_formatted homestreet=home_address_line1 homestreet2=home_address_line2
            homestreet3=home_address_line3 homeaddresspobox=home_address_pobox homepobox=home_address_pobox
            homecity=home_address_city homestate=home_address_region homepostalcode=home_address_postal_code
            homecountry=home_address_country homecountryregion=home_address_country"""),
    ),
    Format(
        name="HubSpot contacts",
        kind="contact",
        source="hubspot:contact",
        customers="hubspot:company",
        needs=_words("recordid firstname lastname email"),
        columns=_pairs("""
            recordid=id firstname=first_name lastname=last_name email workemail=email2 phonenumber=phone
            mobilephonenumber=mobile_phone faxnumber=fax jobtitle=title associatedcompany=organization
            companyname=organization associatedcompanyids=organization_id birthday=date_of_birth
            dateofbirth=date_of_birth preferredlanguage=language websiteurl=website
            streetaddress=address_line1 city=address_city stateregion=address_region
            postalcode=address_postal_code countryregion=address_country"""),
    ),
    Format(
        name="HubSpot companies",
        kind="customer",
        source="hubspot:company",
        needs=_words("recordid companyname"),
        never=_words("firstname email"),
        columns=_pairs("""
            recordid=id companyname=name websiteurl=website companydomainname=website phonenumber=phone
            industry description numberofemployees=employees annualrevenue=annual_revenue
            streetaddress=address_line1 streetaddress2=address_line2 city=address_city
            stateregion=address_region postalcode=address_postal_code countryregion=address_country"""),
    ),
    Format(
        name="Severa accounts",
        kind="customer",
        source="severa:account",
        needs=_words("accountname"),
        needs_one=_words("vatnumber addressline1"),
        columns=_pairs("""
            accountname=name vatnumber=vat_number industry addressline1=address_line1
            addressline2=address_line2 headquarteraddressline1=address_line1 accountnumber=number"""),
        synonyms=True,
    ),
)

_ADDRESS = _synonyms("""
address_line1: Address, Street, Street address, Address line 1, Address 1, Katuosoite, Osoite, Lähiosoite,
  Gate, Gateadresse, Adresse, Adress, Gatuadress, Straße, Strasse, Anschrift, Besøksadresse, Besöksadress,
  Käyntiosoite
address_line2: Address line 2, Address 2, Street 2, Osoite 2, Osoiterivi 2, Adresse 2, Adress 2,
  Adresszusatz
address_postal_code: Postal code, Post code, Postcode, ZIP, ZIP code, Zip/Postal code, Postinumero,
  Postnummer, Postnr, Postleitzahl, PLZ
address_city: City, Town, Postal city, Postitoimipaikka, Kaupunki, Paikkakunta, Poststed, By, Sted, Ort,
  Postort, Stad, Stadt
address_region: Region, State, Province, County, State/Region, State/Province, Maakunta, Lääni, Fylke,
  Län, Bundesland, Kanton
address_country: Country, Country/Region, Country code, Maa, Land, Maakoodi, Landkode, Landskod,
  Ländercode
""")

#: the usual names of columns by kind and field, in English, Finnish, Norwegian, Swedish and German
SYNONYMS: dict[str, dict[str, tuple[str, ...]]] = {
    "customer": _synonyms("""
id: ID, External ID, Customer ID, Account ID, Company ID, Record ID, GUID
name: Name, Company, Company name, Customer, Customer name, Account, Account name, Organisation,
  Organization, Organization name, Business name, Legal name, Nimi, Yritys, Yrityksen nimi, Asiakas,
  Asiakkaan nimi, Yhtiö, Navn, Firma, Firmanavn, Selskap, Bedrift, Kunde, Kundenavn, Namn, Företag,
  Företagsnamn, Kund, Kundnamn, Bolag, Firmenname, Kundenname, Unternehmen
number: Number, Customer number, Customer no, Account number, Asiakasnumero, Asiakasnro, Kundenummer,
  Kundenr, Kundnummer, Kundnr, Kundennummer, Kundennr
vat_number: VAT, VAT number, VAT no, VAT ID, Tax ID, ALV-numero, ALV-tunnus, MVA-nummer, Mvanr,
  Momsnummer, Momsregistreringsnummer, VAT-nummer, USt-IdNr, USt-ID, Umsatzsteuer-ID
business_id: Business ID, Company registration number, Registration number, Organisation number, Y-tunnus,
  Organisasjonsnummer, Orgnr, Org nr, Organisationsnummer, Handelsregisternummer
industry: Industry, Branch, Toimiala, Bransje, Bransch, Branche
email: Email, E-mail, E-mail address, Email address, Sähköposti, Sähköpostiosoite, E-post, Epost,
  E-postadresse, E-postadress, E-Mail-Adresse, Mail
phone: Phone, Phone number, Telephone, Tel, Main phone, Puhelin, Puhelinnumero, Puh, Telefon,
  Telefonnummer, Tlf
fax: Fax, Fax number, Faksi, Faks, Telefax
website: Website, Web site, Web, URL, Homepage, Website URL, Web page, Domain, Verkkosivu, Verkkosivut,
  Kotisivu, Kotisivut, WWW, Nettside, Hjemmeside, Webbplats, Hemsida, Webseite, Internet
employees: Employees, Number of employees, Headcount, Henkilöstö, Henkilöstömäärä, Työntekijöitä, Ansatte,
  Antall ansatte, Anställda, Antal anställda, Mitarbeiter, Mitarbeiterzahl
annual_revenue: Annual revenue, Revenue, Turnover, Liikevaihto, Omsetning, Omsättning, Umsatz,
  Jahresumsatz
currency: Currency, Currency code, Valuutta, Valuta, Währung
description: Description, Notes, Note, Comment, Comments, Kuvaus, Muistiinpanot, Huomautus, Beskrivelse,
  Merknad, Notat, Beskrivning, Anteckningar, Anmärkning, Beschreibung, Notiz, Notizen, Bemerkung
contact_name: Contact, Contact name, Contact person, Yhteyshenkilö, Kontakt, Kontaktperson,
  Ansprechpartner
contact_first_name: Contact first name
contact_last_name: Contact last name
contact_title: Contact title
contact_email: Contact email, Contact e-mail
contact_phone: Contact phone
""")
    | _ADDRESS,
    "contact": _synonyms("""
id: ID, External ID, Contact ID, Record ID, GUID
name: Name, Full name, Contact, Contact name, Display name, Nimi, Koko nimi, Yhteyshenkilö, Navn,
  Fullt navn, Kontaktperson, Namn, Fullständigt namn, Vollständiger Name, Ansprechpartner
first_name: First name, Given name, Forename, Contact first name, Etunimi, Fornavn, Förnamn, Vorname
middle_name: Middle name, Additional name, Toinen nimi, Mellomnavn, Mellannamn, Zweiter Vorname
last_name: Last name, Family name, Surname, Contact last name, Sukunimi, Etternavn, Efternamn, Nachname,
  Familienname
title: Title, Job title, Position, Titteli, Tehtävänimike, Nimike, Tittel, Stilling, Titel, Befattning,
  Funktion, Contact title
role: Role, Contact role, Rooli, Rolle, Roll
organization: Organization, Organisation, Company, Company name, Customer, Customer name, Account,
  Account name, Employer, Yritys, Yrityksen nimi, Organisaatio, Asiakas, Firma, Selskap, Bedrift, Kunde,
  Organisasjon, Företag, Kund, Bolag, Unternehmen
email: Email, E-mail, E-mail address, Email address, Work email, Email 1, Sähköposti, Sähköpostiosoite,
  E-post, Epost, E-postadresse, E-postadress, E-Mail-Adresse, Mail, Contact email
email2: Email 2, E-mail 2, Second email, Personal email
phone: Phone, Phone number, Telephone, Tel, Phone 1, Puhelin, Puhelinnumero, Puh, Telefon, Telefonnummer,
  Tlf, Contact phone
work_phone: Work phone, Business phone, Office phone, Työpuhelin, Jobbtelefon, Arbetstelefon,
  Telefon arbeid, Telefon geschäftlich
mobile_phone: Mobile, Mobile phone, Mobile number, Cell, Cell phone, Cellphone, Matkapuhelin, Gsm,
  Kännykkä, Mobil, Mobiltelefon, Mobilnummer, Handy, Mobilnr
home_phone: Home phone, Kotipuhelin, Hjemmetelefon, Hemtelefon, Telefon privat
fax: Fax, Fax number, Faksi, Faks, Telefax
keywords: Keywords, Labels, Tags, Categories, Groups, Avainsanat, Tunnisteet, Ryhmät, Nøkkelord,
  Etiketter, Grupper, Nyckelord, Taggar, Stichwörter, Kategorien, Gruppen
date_of_birth: Birthday, Date of birth, Birth date, Syntymäaika, Syntymäpäivä, Fødselsdato, Födelsedatum,
  Geburtsdatum, Geburtstag
language: Language, Kieli, Språk, Sprache
description: Description, Notes, Note, Comment, Comments, Kuvaus, Muistiinpanot, Notat, Merknad,
  Anteckningar, Notiz, Notizen, Bemerkung
""")
    | _ADDRESS,
    "case": _synonyms("""
id: ID, External ID, Deal ID, Opportunity ID, Case ID, Project ID, Record ID
name: Name, Deal name, Opportunity, Opportunity name, Case, Case name, Project, Project name, Deal,
  Kauppa, Projekti, Projektin nimi, Prosjekt, Prosjektnavn, Projekt, Projektnamn, Projektname, Salg,
  Salgsmulighet, Affär
number: Case number, Case no, Project number, Project no, Projektinumero, Prosjektnummer, Projektnummer
customer_name: Customer, Customer name, Account, Account name, Company, Company name, Associated company,
  Asiakas, Yritys, Kunde, Kund, Firma, Företag
stage: Stage, Status, Deal stage, Sales status, Sales stage, Vaihe, Tila, Myynnin vaihe, Fase, Fas, Phase
value: Value, Amount, Deal value, Expected value, Price, Total, Arvo, Summa, Verdi, Beløp, Värde, Belopp,
  Wert, Betrag
currency: Currency, Currency code, Valuutta, Valuta, Währung
probability: Probability, Likelihood, Todennäköisyys, Sannsynlighet, Sannolikhet, Wahrscheinlichkeit
close_date: Close date, Closing date, Expected close date, Expected order date, Order date, Tilauspäivä,
  Ordredato, Orderdatum, Abschlussdatum, Forventet ordredato
start: Start, Start date, Alkaa, Alkupäivä, Startdato, Startdatum, Beginn
deadline: Deadline, End date, Due date, Määräaika, Loppupäivä, Frist, Sluttdato, Slutdatum, Enddatum
order_number: Order number, Purchase order, Tilausnumero, Ordrenummer, Ordernummer, Bestellnummer
description: Description, Notes, Kuvaus, Beskrivelse, Beskrivning, Beschreibung
"""),
    "order": _synonyms("""
id: Order ID, Order number, Order
customer: Customer ID, Customer number
date: Order date, Date
due: Due date, Required date
shipped: Shipped date, Shipping date
total: Total, Amount, Sum
currency: Currency, Currency code
ship_name: Ship name, Receiver
ship_line1: Ship address
ship_city: Ship city
ship_region: Ship region
ship_postal_code: Ship postal code
ship_country: Ship country
"""),
    "invoice": _synonyms(INVOICE),
    "forecast": _synonyms(FORECAST),
    "actual": _synonyms(ACTUAL),
    "user": _synonyms("""
id: ID, User ID, Employee ID
name: Name, Full name, Nimi, Navn, Namn
first_name: First name, Given name, Etunimi, Fornavn, Förnamn, Vorname
last_name: Last name, Surname, Sukunimi, Etternavn, Efternamn, Nachname
login: Login, User name, Username, Käyttäjätunnus, Brukernavn, Användarnamn, Benutzername
email: Email, E-mail, Sähköposti, E-post, Epost
superior: Superior, Manager, Reports to, Esimies, Leder, Chef, Vorgesetzter
"""),
}

_MORE_ADDRESSES = tuple(
    f"{prefix}_{part}"
    for prefix in ("address", "address#", "home_address")
    for part in _words("kind line1 line2 line3 pobox postal_code city region country country_code formatted")
)

#: fields that a column may be given to, by kind; ``#`` is a number from 2
FIELDS: dict[str, frozenset[str]] = {
    "customer": frozenset(SYNONYMS["customer"])
    | _words("owner is_deleted contact_mobile")
    | frozenset(_MORE_ADDRESSES),
    "contact": frozenset(SYNONYMS["contact"])
    | _words("""organization_id website website# email# email_kind email#_kind phone# phone_kind phone#_kind
        work_phone# mobile_phone# home_phone# other_phone other_phone# fax#""")
    | frozenset(_MORE_ADDRESSES),
    "case": frozenset(SYNONYMS["case"]) | _words("customer owner is_closed is_won is_deleted"),
    "user": frozenset(SYNONYMS["user"]),
    "order": frozenset(SYNONYMS["order"]) | _words("owner"),
    "invoice": frozenset(SYNONYMS["invoice"]),
    "forecast": frozenset(SYNONYMS["forecast"]),
    "actual": frozenset(SYNONYMS["actual"]),
}

#: without one of these a file of the kind can't be read
NEEDED: dict[str, tuple[str, ...]] = {
    "customer": ("name",),
    "contact": ("name", "first_name", "last_name", "email"),
    "case": ("name",),
    "user": ("name", "last_name"),
    "order": ("id",),
    "invoice": ("number",),
    "forecast": ("case",),
    "actual": ("case",),
}
