// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
	"github.com/smartb-suite/smartb/internal/soak"
)

// truth is a made-up load profile, and the form in which a grid operator could write it.
type truth struct {
	zone  *time.Location
	step  int // minutes
	start time.Time
	wh    []int64
}

func (s truth) at(i int) time.Time {
	return s.start.Add(time.Duration(i*s.step) * time.Minute).In(s.zone)
}

// kwh writes an energy with a decimal comma, kw its mean power with a point.
func (s truth) kwh(i int) string { return fmt.Sprintf("%d,%03d", s.wh[i]/1000, s.wh[i]%1000) }

func (s truth) watts(i int) int64 { return s.wh[i] * 60 / int64(s.step) }

func (s truth) kw(i int) string { return fmt.Sprintf("%d.%03d", s.watts(i)/1000, s.watts(i)%1000) }

// writers write a truth in a format; each line but the head has one value.
var writers = map[string]func(truth) (head string, lines []string, tail string){
	"plain": func(s truth) (string, []string, string) {
		return "local_start,cons_1_mWh", s.each(func(i int) string {
			return fmt.Sprintf("%s,%d", s.at(i).Format("2006-01-02T15:04"), s.wh[i]*1000)
		}), ""
	},
	"enedis": func(s truth) (string, []string, string) {
		return "Horodate;Valeur", s.each(func(i int) string {
			return fmt.Sprintf("%s;%d", s.at(i+1).Format(time.RFC3339), s.watts(i))
		}), ""
	},
	"enedis, local": func(s truth) (string, []string, string) {
		return "Horodate;Valeur", s.each(func(i int) string {
			return fmt.Sprintf("%s;%d", s.at(i+1).Format("2006-01-02T15:04:05"), s.watts(i))
		}), ""
	},
	"enedis, from and until": func(s truth) (string, []string, string) {
		return "Début;Fin;Valeur (en W)", s.each(func(i int) string {
			return fmt.Sprintf(
				"%s;%s;%d",
				s.at(i).Format("02/01/2006 15:04:05"),
				s.at(i+1).Format("02/01/2006 15:04:05"),
				s.watts(i),
			)
		}), ""
	},
	"R63": func(s truth) (string, []string, string) {
		return strings.TrimSuffix(r63Head, "\n"), s.each(func(i int) string {
			return fmt.Sprintf(
				"1;a;b;PA;CONS;BRUT;W;%s;%d;B;PT%dM;0;0",
				s.at(i+1).Format("2006-01-02 15:04:05"),
				s.watts(i),
				s.step,
			)
		}), ""
	},
	"R4x": func(s truth) (string, []string, string) {
		parts := strings.Split(
			strings.Replace(
				r4x("2027-01-01T00:00:00Z", "CONS", "EA", "kW", "@"),
				">10<",
				fmt.Sprintf(">%d<", s.step),
				1,
			),
			"@",
		)
		return parts[0], s.each(func(i int) string {
			return fmt.Sprintf(
				`<Donnees_Point_Mesure Horodatage="%s" Valeur_Point="%s" Statut_Point="R"/>`,
				s.at(i).Format(time.RFC3339),
				s.kw(i),
			)
		}), parts[1]
	},
	"Green Button": func(s truth) (string, []string, string) {
		parts := strings.Split(green(fmt.Sprintf(greenType, "", 1, 0, 72), "<IntervalBlock>@</IntervalBlock>"), "@")
		return parts[0], s.each(func(i int) string {
			return fmt.Sprintf(
				"<IntervalReading><timePeriod><duration>%d</duration><start>%d</start></timePeriod><value>%d</value></IntervalReading>",
				s.step*60,
				s.at(i).Unix(),
				s.wh[i],
			)
		}), parts[1]
	},
	"Fluvius": func(s truth) (string, []string, string) {
		return strings.TrimSuffix(fluviusHead, "\n"), s.each(func(i int) string {
			return fmt.Sprintf(`%s;%s;="541";M;Digitale meter;Afname Dag;%s;kWh;Uitgelezen;`,
				s.at(i).Format("02-01-2006;15:04:05"), s.at(i+1).Format("02-01-2006;15:04:05"), s.kwh(i))
		}), ""
	},
	"EDA": func(s truth) (string, []string, string) {
		return "MeteringpointID;AT1;MM\nMetering Interval;" + map[int]string{15: "QH", 60: "H"}[s.step] + ";\nMetercode;Gesamtverbrauch lt. Messung [KWH];", s.each(
			func(i int) string {
				return fmt.Sprintf("%s;%s;L1", s.at(i).Format("02.01.2006 15:04:05"), s.kwh(i))
			},
		), ""
	},
	"Leneda": func(s truth) (string, []string, string) {
		head := fmt.Sprintf(
			`{"meteringPointCode":"LU1","obisCode":"1-1:1.29.0","intervalLength":"PT%dM","unit":"kW","items":[`,
			s.step,
		)
		return head, s.each(func(i int) string {
			comma := ","
			if i == len(s.wh)-1 {
				comma = ""
			}
			return fmt.Sprintf(
				`{"value":%s,"startedAt":"%s","type":"Actual"}%s`,
				s.kw(i),
				s.at(i).UTC().Format(time.RFC3339),
				comma,
			)
		}), "]}"
	},
	"Sibelga": func(s truth) (string, []string, string) {
		return "Date Début;EAN;Type de volume;Volume (kWh)", s.each(func(i int) string {
			return fmt.Sprintf("%s;541;Consommation Réseau;%s", s.at(i).Format("02/01/2006 15:04"), s.kwh(i))
		}), ""
	},
}

func (s truth) each(line func(i int) string) (lines []string) {
	for i := range s.wh {
		lines = append(lines, line(i))
	}
	return lines
}

// newTruth is of one to three days, often around a change of the clock.
func newTruth(random *rand.Rand) truth {
	zones := []string{"Europe/Paris", "Europe/Vienna", "Europe/London", "UTC"}
	zone, err := time.LoadLocation(zones[random.IntN(len(zones))])
	if err != nil {
		panic(err)
	}
	first := []time.Time{
		time.Date(2025, 10, 25+random.IntN(2), 0, 0, 0, 0, zone), time.Date(2026, 3, 28+random.IntN(2), 0, 0, 0, 0, zone),
		time.Date(2025, 1, 1+random.IntN(300), 0, 0, 0, 0, zone),
	}[random.IntN(3)]
	last := time.Date(first.Year(), first.Month(), first.Day()+1+random.IntN(3), 0, 0, 0, 0, zone)
	s := truth{zone: zone, step: []int{15, 60}[random.IntN(2)], start: first}
	for range int(last.Sub(first).Minutes()) / s.step {
		s.wh = append(s.wh, random.Int64N(4000))
	}
	return s
}

// damage loses, repeats and spoils lines, or cuts the file.
func damage(random *rand.Rand, lines []string) []string {
	damaged := append([]string{}, lines...)
	for range random.IntN(4) {
		if len(damaged) < 2 {
			break
		}
		i := random.IntN(len(damaged))
		switch random.IntN(5) {
		case 0:
			damaged = append(damaged[:i], damaged[i+1:]...)
		case 1:
			damaged = append(damaged[:i+1], damaged[i:]...)
		case 2:
			damaged[i] = damaged[i][:random.IntN(len(damaged[i])+1)]
		case 3:
			n := min(len(damaged)-i, 1+random.IntN(8))
			damaged = append(damaged[:i], damaged[i+n:]...)
		case 4:
			at := random.IntN(len(damaged[i]) + 1) // a line can be empty by now
			damaged[i] = damaged[i][:at] + string(";\"x-\n,é<{"[random.IntN(9)]) + damaged[i][at:]
		}
	}
	return damaged
}

// TestFilesAreNeverReadWrong writes profiles in many formats. A whole file is read to the digit; from one with damage
// come no values but right ones. Only what cannot be told is left out: a digit less in a number, which case 2 and 4 can
// make where the number is the end of its line.
func TestFilesAreNeverReadWrong(t *testing.T) {
	seed := soak.Seed(t)
	end := time.Now().Add(soak.Form(3*time.Second, time.Hour))
	for n := 0; time.Now().Before(end); n++ {
		random := soak.Rand(seed, n)
		s := newTruth(random)
		for name, write := range writers {
			head, lines, tail := write(s)
			options := named(
				at(s.zone.String(), []int{s.step, 60}[random.IntN(2)]),
				map[bool]string{true: "1"}[strings.HasPrefix(name, "enedis") || name == "Green Button"],
			)
			right := s.intervals(options.Interval)
			got := starts(t, options, join(head, lines, tail))
			require.Equal(t, right, got, "%s, case %d", name, n)

			broken := damage(random, lines)
			spoilt := map[int64]bool{}
			if len(broken) > 0 {
				for start, value := range starts(t, options, join(head, broken, tail)) {
					if want, known := right[start]; !known || want != value {
						spoilt[start] = true
					}
				}
			}
			require.LessOrEqual(
				t,
				len(spoilt),
				changed(lines, broken),
				"%s, case %d:\n%s",
				name,
				n,
				strings.Join(broken, "\n"),
			)
		}
	}
}

func join(head string, lines []string, tail string) string {
	return head + "\n" + strings.Join(lines, "\n") + "\n" + tail
}

// changed counts the lines of a damaged file that are in no whole one: their values may be other numbers.
func changed(lines, broken []string) (count int) {
	whole := map[string]bool{}
	for _, line := range lines {
		whole[line] = true
	}
	for _, line := range broken {
		if !whole[line] {
			count++
		}
	}
	return count
}

// intervals are the energies in mWh by their beginning.
func (s truth) intervals(minutes int) map[int64]int64 {
	sums := map[int64]int64{}
	for i, wh := range s.wh {
		at := s.at(i).Unix()
		sums[at-at%int64(minutes*60)] += wh * 1000
	}
	return sums
}

// starts are the values that are read, by their beginning.
func starts(t *testing.T, options loadprofile.Options, text string) map[int64]int64 {
	t.Helper()
	set, err := loadprofile.New(options)
	require.NoError(t, err)
	set.Add("file", strings.NewReader(text))
	values := map[int64]int64{}
	days, _ := set.Days()
	for _, day := range days {
		for i, interval := range day.Intervals {
			if interval.Quality != loadprofile.Missing {
				values[day.Start.Unix()+int64(i*options.Interval*60)] = interval.Energy
			}
		}
	}
	return values
}
