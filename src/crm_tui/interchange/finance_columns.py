"""The names by which people call the columns of invoices, forecasts and actual figures. Data only.

``field: name, name`` on each line; a line that begins with blanks goes on with the one before. The first name of a
field is the one that templates have.
"""

INVOICE = """
number: Invoice number, Invoice no, Invoice, Number, Laskunumero, Laskun numero, Lasku, Fakturanummer,
  Fakturanr, Faktura, Rechnungsnummer, Rechnungsnr, Rechnung
customer: Customer number, Customer no, Customer, Asiakasnumero, Asiakasnro, Kundenummer, Kundenr, Kundnummer,
  Kundnr, Kundennummer, Kundennr
billing_customer: Billing customer, Billing account, Billing customer number, Laskutusasiakas, Fakturakunde,
  Fakturakund, Rechnungskunde
cases: Cases, Case, Case number, Case numbers, Project, Projects, Project number, Projekti, Projektit,
  Projektinumero, Prosjekt, Prosjektnummer, Projekt, Projektnummer
status: Status, State, Invoice status, Tila, Tilstand, Läge, Zustand
date: Date, Invoice date, Päivä, Päivämäärä, Laskupäivä, Laskun päivä, Dato, Fakturadato, Datum, Fakturadatum,
  Rechnungsdatum
due: Due, Due date, Eräpäivä, Forfall, Forfallsdato, Förfallodag, Förfallodatum, Fällig, Fälligkeit,
  Fälligkeitsdatum
paid: Paid, Paid date, Payment date, Maksettu, Maksupäivä, Betalt, Betalingsdato, Betald, Betaldatum, Bezahlt,
  Zahlungsdatum
total: Total, Amount, Sum, Total with VAT, Gross, Yhteensä, Summa, Loppusumma, Totalt, Sum inkl mva, Beløp,
  Belopp, Betrag, Gesamtbetrag, Brutto
vat: VAT, VAT amount, Tax, ALV, Arvonlisävero, MVA, Moms, USt, MwSt
currency: Currency, Currency code, Valuutta, Valuta, Währung
receiver_name: Receiver, Receiver name, Recipient, Saaja, Vastaanottaja, Mottaker, Mottagare, Empfänger
receiver_contact: Receiver contact, Contact, Contact name, Yhteyshenkilö, Kontakt, Kontaktperson,
  Ansprechpartner
receiver_line1: Receiver address, Address, Street, Osoite, Katuosoite, Adresse, Adress, Straße
receiver_line2: Receiver address line 2, Address line 2
receiver_postal_code: Receiver postal code, Postal code, ZIP, Postinumero, Postnummer, Postleitzahl, PLZ
receiver_city: Receiver city, City, Postitoimipaikka, Kaupunki, Poststed, Postort, Ort, Stadt
receiver_region: Receiver region, Region, State/Province
receiver_country: Receiver country, Country, Country code, Maa, Land
"""

FORECAST = """
case: Case, Case number, Project, Project number, Projekti, Projektinumero, Projektin numero, Prosjekt,
  Prosjektnummer, Projekt, Projektnummer
month: Month, Period, Kuukausi, Jakso, Måned, Månad, Monat, Zeitraum
billing: Billing, Billing forecast, Laskutus, Laskutusennuste, Fakturering, Abrechnung, Fakturierung
revenue: Revenue, Revenue forecast, Tuotto, Tuotot, Liikevaihto, Inntekt, Intäkt, Umsatz, Ertrag
labor_expense: Labor expense, Labour expense, Labor expenses, Työkulut, Työkustannukset, Lønnskostnad,
  Arbetskostnad, Personalkosten
other_expense: Other expense, Other expenses, Muut kulut, Andre kostnader, Övriga kostnader, Sonstige Kosten
currency: Currency, Currency code, Valuutta, Valuta, Währung
billing_note: Billing note
revenue_note: Revenue note
labor_note: Labor note, Labor expense note, Labour note
other_note: Other note, Other expense note
note: Note, Notes, Comment, Comments, Muistiinpanot, Huomautus, Merknad, Anteckningar, Bemerkung, Notiz
"""

ACTUAL = """
case: Case, Case number, Project, Project number, Projekti, Projektinumero, Projektin numero, Prosjekt,
  Prosjektnummer, Projekt, Projektnummer
month: Month, Period, Kuukausi, Jakso, Måned, Månad, Monat, Zeitraum
billed: Billed, Actual billing, Invoiced, Laskutettu, Fakturert, Fakturerat, Abgerechnet, Fakturiert
labor_cost: Labor cost, Labour cost, Labor costs, Actual labor, Työkustannukset, Lønnskostnad, Arbetskostnad,
  Personalkosten
other_cost: Other cost, Other costs, Actual other, Muut kustannukset, Andre kostnader, Övriga kostnader,
  Sonstige Kosten
currency: Currency, Currency code, Valuutta, Valuta, Währung
"""

#: the fields of amounts: other columns don't tell forecasts and actual figures from each other, or from other rows
FORECAST_AMOUNTS = ("billing", "revenue", "labor_expense", "other_expense")
ACTUAL_AMOUNTS = ("billed", "labor_cost", "other_cost")
