// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"cmp"
	"slices"
	"strings"
)

// Format is a form of files that is read.
type Format struct {
	// Name is for --format, Title states whose form it is, Origin where the form was seen.
	Name, Title, Origin string
	// Holds is what files of the format can have; zero is Readings.
	Holds    Content
	workbook bool
	// nameless files do not name their metering point.
	nameless bool
	// detect finds the form by the content; forms known by specification only have none.
	detect func(head) bool
	read   func(*file) error
}

// head is the beginning of a file: of a text, also with its headings plain, or a workbook.
type head struct {
	text, plain string
	book        *workbook
}

// has reports whether all the words are in the plain beginning.
func (h head) has(words ...string) bool {
	for _, word := range words {
		if !strings.Contains(h.plain, word) {
			return false
		}
	}
	return true
}

func find(name string) *Format {
	for _, f := range Formats() {
		if f.Name == name {
			return &f
		}
	}
	return nil
}

// Nameless reports whether files of a format never name their metering point.
func Nameless(format string) bool {
	found := find(format)
	return found != nil && found.nameless
}

// Has reports whether files of the format can have a content.
func (f Format) Has(content Content) bool { return f.holds()&cmp.Or(content, Readings) != 0 }

func (f Format) holds() Content { return cmp.Or(f.Holds, Readings) }

func names() string {
	var list []string
	for _, f := range Formats() {
		list = append(list, f.Name)
	}
	return strings.Join(list, ", ")
}

// Formats are all forms of files that are read, a row for each.
func Formats() []Format { //nolint:cyclop,gocognit // it is a table
	return []Format{
		{Name: "plain", Title: "CSV of smartb energy sample and allocate", Origin: "this project", read: readPlain,
			detect: func(h head) bool { return h.has("_mwh") && (h.has("cons_") || h.has("prod_")) }},
		{
			Name:   "enedis",
			Title:  "Enedis, customers' export of a load profile, CSV",
			Origin: "exports in public issues and readers",
			read:   readEnedis,
			detect: func(h head) bool {
				return !h.has("nature;pas") &&
					(h.has("horodate;valeur") || h.has("horodate,valeur") || h.has("debut;fin;valeur"))
			},
		},
		{
			Name:     "enedis-xlsx",
			Title:    "Enedis, customers' export since 2025, XLSX",
			workbook: true,
			read:     readEnedisWorkbook,
			Origin:   "readers: Emilien-Etadam/Enedis, fusion.html",
			detect:   func(h head) bool { return len(enedisSheets(h.book)) > 0 },
		},
		{Name: "enedis-r63", Title: "Enedis R63, CSV", Origin: "public fixtures of readers", read: readR63,
			detect: func(h head) bool {
				return h.has("identifiant prm", "grandeur physique", "horodate", "nature", "pas") &&
					!h.has("pas en minutes")
			}},
		{
			Name:   "enedis-r63-json",
			Title:  "Enedis R63, JSON",
			Origin: "fixtures: promeosenergies-svg/promeos-poc",
			read:   readR63JSON,
			detect: func(h head) bool {
				return isJSON(h) && h.has(`"mesures"`, `"grandeur`) || isJSON(h) && h.has(`"codeflux"`, `"r63"`)
			},
		},
		{
			Name:   "enedis-dataconnect",
			Title:  "Enedis Data Connect, load profile, JSON",
			Origin: "the API's public documentation",
			read:   readDataConnect,
			detect: func(h head) bool { return isJSON(h) && h.has(`"meter_reading"`, `"interval_reading"`) },
		},
		{
			Name:   "enedis-r4x",
			Title:  "Enedis R4H, R4M, R4Q, XML",
			Origin: "fixtures: promeosenergies-svg/promeos-poc; reader: consometers/sge-tiers-proxy",
			read:   readR4x,
			detect: func(h head) bool { return isXML(h) && h.has("<courbe>", "<identifiant_flux>r4") },
		},
		{
			Name:   "enedis-r50",
			Title:  "Enedis R50, XML",
			Origin: "fixtures: promeosenergies-svg/promeos-poc; reader: consometers/sge-tiers-proxy",
			read:   readR50,
			detect: func(h head) bool { return isXML(h) && h.has("<r50", "<identifiant_flux>r50<") },
		},
		{Name: "enedis-r15", Title: "Enedis R15, collective self-consumption of a period, XML", Holds: Decisions,
			Origin: "fixture: Energie-De-Nantes/electricore", read: readR15,
			detect: func(h head) bool { return isXML(h) && h.has("<r15", "<identifiant_flux>r15<") }},
		{
			Name:     "greenbutton",
			nameless: true,
			Title:    "Green Button (ESPI, NAESB REQ.21), XML",
			Origin:   "the standard's public samples",
			read:     readGreenButton,
			detect:   func(h head) bool { return isXML(h) && h.has("http://naesb.org/espi") },
		},
		{Name: "fluvius", Title: "Fluvius, export of quarter-hours in Dutch, English or French, CSV", read: readFluvius,
			Origin: "files: patrickvorgers/Home-Assistant-Import-Energy-Data",
			detect: func(h head) bool {
				return h.has("ean", "register", "volume") && (h.has("validatiestatus") || h.has("validation"))
			}},
		{Name: "datadis", Holds: Readings | Decisions, Title: "Datadis, CSV", Origin: "exports in public issues and readers", read: readDatadis,
			detect: func(h head) bool { return h.has("cups", "fecha", "hora", "consumo_kwh", "metodoobtencion") }},
		{Name: "datadis-json", Holds: Readings | Decisions, Title: "Datadis API, versions 1 and 2, JSON", read: readDatadisJSON,
			Origin: "documentation: lenorix/datadis-php-client; reader: lucoenergia/conluz",
			detect: func(h head) bool { return isJSON(h) && (h.has(`"obtainmethod"`) || h.has(`"timecurve"`)) }},
		{Name: "eda", Holds: Readings | Decisions, Title: "EDA report of an energy community, 2022 to 2026, XLSX", workbook: true, read: readEDA,
			Origin: "files: eegfaktura/eegfaktura-energystore, lutzerb/eegabrechnung-public",
			detect: func(h head) bool {
				for _, sheet := range h.book.sheets() {
					if isEDA(h.book.begins(sheet, 40)) {
						return true
					}
				}
				return false
			}},
		{Name: "eda-csv", Holds: Readings | Decisions, Title: "EDA report of an energy community, saved as CSV", Origin: "as eda", read: readEDA,
			detect: func(h head) bool { return h.has("meteringpointid;", "metercode;") }},
		{
			Name:   "eda-crmsg",
			Holds:  Readings | Decisions,
			Title:  "EDA ConsumptionRecord 01p41 and 01p30, XML",
			Origin: "messages: lutzerb/eegabrechnung-public",
			read:   readCRMSG,
			detect: func(h head) bool { return isXML(h) && h.has("consumptionrecord") },
		},
		{
			Name:   "mscons",
			Title:  "EDIFACT MSCONS 2.4 and 2.5",
			Origin: "public examples of messages, EDI@Energy documentation",
			read:   readMSCONS,
			detect: func(h head) bool {
				return (strings.HasPrefix(h.text, "UNA") || strings.HasPrefix(h.text, "UNB")) && h.has("mscons")
			},
		},
		{
			Name:   "leneda",
			Holds:  Readings | Decisions,
			Title:  "Leneda, metering data, JSON",
			Origin: "the API's documentation; Home Assistant's leneda integration",
			read:   readLeneda,
			detect: func(h head) bool { return isJSON(h) && h.has(`"meteringpointcode"`, `"obiscode"`) },
		},
		{
			Name:   "ores",
			Holds:  Readings | Decisions,
			Title:  "ORES, result of energy sharing, CSV",
			Origin: "reader: Dimceteam/Import_ores_resa",
			read:   readORES,
			detect: func(h head) bool {
				return h.has("timestamp", "ean") && (h.has("prelevement brut") || h.has("production brute"))
			},
		},
		{Name: "resa", Holds: Readings | Decisions, Title: "RESA, result of energy sharing, XLSX", workbook: true, read: readRESA,
			Origin: "tests: OptimCE/crm-backend; reader: Dimceteam/Import_ores_resa",
			detect: func(h head) bool { return strings.Contains(strings.Join(h.book.sheets(), "/")+"/", "Brut Rep/") }},
		{
			Name:   "sibelga",
			Title:  "Sibelga, result of energy sharing by quarter-hour, CSV",
			Holds:  Readings | Decisions,
			Origin: "reader: simonlaffut87/sunisup",
			read:   readSibelga,
			detect: func(h head) bool { return h.has("date debut;ean;type de volume;volume (kwh)") },
		},
		{Name: "sibelga-month", Title: "Sibelga, result of energy sharing of a month by register, CSV", Holds: Decisions,
			Origin: "reader: simonlaffut87/sunisup", read: readSibelgaMonth,
			detect: func(h head) bool { return isSibelgaMonth(h.plain) }},
		{Name: "sibelga-month-xlsx", Title: "Sibelga, result of energy sharing of a month by register, XLSX",
			Holds: Decisions, Origin: "as sibelga-month", workbook: true, read: readSibelgaMonth,
			detect: func(h head) bool {
				return slices.ContainsFunc(h.book.sheets(), func(sheet string) bool {
					return slices.ContainsFunc(h.book.begins(sheet, 20), func(record []string) bool {
						return isSibelgaMonth(plain(strings.Join(record, ";")))
					})
				})
			}},
		{Name: "coefficients", Title: "Spanish coefficients, constant or by hour of the year, TXT", Holds: Shares,
			Origin: "writer: somcomunitats-coop/odoo-ec; fixture: lucoenergia/conluz", read: readCoefficients,
			detect: func(h head) bool { return coefficientsHead.MatchString(h.text) }},
		{Name: "eda-ecmplist", Title: "EDA ECMPList 01p10, participation factors, XML", Holds: Shares,
			Origin: "message: lutzerb/eegabrechnung-public", read: readECMPList,
			detect: func(h head) bool { return isXML(h) && h.has("ecmplist") }},
		{Name: "ide", Title: "i-DE, CSV", Origin: "three public readers", read: readIDE,
			detect: func(h head) bool { return h.has("cups;fecha-hora;", "consumo wh") }},
		{
			Name:     "e-distribuzione",
			nameless: true,
			Title:    "e-distribuzione, CSV with a column for each quarter-hour",
			read:     readEDistribuzione,
			Origin:   "file: patrickvorgers/Home-Assistant-Import-Energy-Data",
			detect:   func(h head) bool { return strings.HasPrefix(h.plain, "giorno;") && h.has("00:00-00:15") },
		},
		{
			Name:     "p1",
			nameless: true,
			Title:    "DSMR and Belgian P1 telegrams in a row",
			Origin:   "public telegrams of dsmrreader's tests",
			read:     readP1,
			detect:   func(h head) bool { return strings.HasPrefix(strings.TrimSpace(h.text), "/") && h.has("0-0:1.0.0(") },
		},
	}
}

func isJSON(h head) bool { return strings.HasPrefix(h.plain, "{") || strings.HasPrefix(h.plain, "[") }

func isXML(h head) bool { return strings.HasPrefix(h.plain, "<") }

// others are files that are known and hold no load profile.
var others = []struct {
	reason string
	detect func(head) bool
}{
	{"R171, R151 and R64 have registers, which are no load profile", func(h head) bool {
		return isXML(h) && (h.has("r171") || h.has("r151") || h.has("r64"))
	}},
	{
		"R64 has registers, which are no load profile",
		func(h head) bool { return isJSON(h) && h.has(`"codeflux"`, `"r64"`) },
	},
	{"a daily export is no load profile", func(h head) bool { return h.has("date;valeur (en kwh)") }},
}

// otherThan explains why a file of no format is no load profile, as far as it is known.
func otherThan(h head) string {
	if h.book != nil {
		return ""
	}
	for _, other := range others {
		if other.detect(h) {
			return other.reason
		}
	}
	return ""
}
