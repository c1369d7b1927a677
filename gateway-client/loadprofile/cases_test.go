// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
	"github.com/smartb-suite/smartb/internal/vectors"
)

// zones are those of the samples by the country that their names begin with.
var zones = map[string]string{
	"fr": "Europe/Paris", "be": "Europe/Brussels", "at": "Europe/Vienna", "de": "Europe/Berlin", "es": "Europe/Madrid",
	"it": "Europe/Rome", "lu": "Europe/Luxembourg", "us": "Europe/Paris",
}

// TestLayoutsThatOthersMade reads files whose layouts nobody of this project invented, and compares each value.
func TestLayoutsThatOthersMade(t *testing.T) {
	folder := vectors.FieldCases(t, "energy/formats")
	entries, err := os.ReadDir(filepath.Join(folder, "right"))
	require.NoError(t, err)
	count := 0
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".csv")
		zone := zones[name[:2]]
		if zone == "" || strings.HasSuffix(name, ".official") || strings.HasSuffix(name, ".factors") {
			continue
		}
		count++
		t.Run(name, func(t *testing.T) {
			want, unnamed := rightValues(t, filepath.Join(folder, "right", entry.Name()))
			options := at(zone, map[string]int{"fr": 30, "es": 60}[name[:2]])
			if options.Interval == 0 {
				options.Interval = 15
			}
			if unnamed {
				options.Point = "POINT"
			}
			got, refused := readFiles(t, options, filepath.Join(folder, name))
			require.Equal(t, want, got)
			if len(want) == 0 {
				require.NotEmpty(t, refused)
			}
		})
	}
	require.GreaterOrEqual(t, count, 20)
}

// rightValues are the values of a table by point, direction and instant.
func rightValues(t *testing.T, path string) (values map[string]string, unnamed bool) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	values = map[string]string{}
	for _, r := range records[1:] {
		start, err := time.Parse(time.RFC3339, r[2])
		require.NoError(t, err)
		unnamed = unnamed || r[0] == "POINT"
		if r[4] != "" {
			values[fmt.Sprintf("%s %s %d", r[0], r[1], start.Unix())] = r[4] + " " + r[5]
		}
	}
	return values, unnamed
}

func readFiles(t *testing.T, options loadprofile.Options, paths ...string) (map[string]string, []loadprofile.Refusal) {
	t.Helper()
	set, err := loadprofile.New(options)
	require.NoError(t, err)
	for _, path := range paths {
		file, err := os.Open(path)
		require.NoError(t, err)
		set.Add(filepath.Base(path), file)
		require.NoError(t, file.Close())
	}
	days, refused := set.Days()
	values := map[string]string{}
	for _, day := range days {
		for i, interval := range day.Intervals {
			if interval.Quality != loadprofile.Missing {
				start := day.Start.Add(time.Duration(i*options.Interval) * time.Minute)
				values[fmt.Sprintf("%s %s %d", day.Point, day.Direction, start.Unix())] = fmt.Sprintf(
					"%d %s",
					interval.Energy,
					interval.Quality,
				)
			}
		}
	}
	return values, refused
}

// TestCasesFromTheField reads small files on which importers were wrong or silent.
func TestCasesFromTheField(t *testing.T) {
	folder := vectors.FieldCases(t, "energy")
	for _, row := range []struct {
		files    string
		interval int
		point    string
		energy   int64 // of all intervals
		values   int
		reason   string // of an error, empty for none
	}{
		{"fr-enedis-export-1.csv fr-enedis-export-2.csv", 30, "1", 38_400_000, 192, ""},
		{"fr-enedis-export-2.csv fr-enedis-export-1.csv fr-enedis-export-2.csv", 30, "1", 38_400_000, 192, ""},
		{"fr-enedis-step-30-to-15.csv", 30, "", 9_600_000, 48, ""},
		{"fr-enedis-step-30-to-15.csv", 15, "", 0, 0, "its step is longer"},
		{"fr-enedis-10min.csv", 30, "1", 9_600_000, 48, ""},
		{"fr-enedis-latin1-production.csv", 30, "", 2_000_000, 1, ""},
		{"fr-enedis-latin1-production.csv", 30, "2", 0, 0, "another metering point"},
		{"fr-enedis-one-bad-cell.csv", 30, "1", 28 * 9_600_000, 28 * 48, `line 702: not an energy: "-"`},
		{"fr-enedis-debut-fin-kw.csv", 30, "1", 3_575_000, 2, ""},
		{"fr-enedis-r63.csv", 30, "", 346_000 + 642_000 + 7_500, 3, ""},
		{"fr-dataconnect-load-curve.json", 30, "", 480_000, 2, ""},
		{"be-fluvius-quarter-hours.csv", 15, "", 216_000, 4, ""},
		{"es-datadis.csv", 60, "", 221_000, 2, ""},
		{"es-coeficientes-constantes.txt", 60, "", 0, 0, "coefficients"},
		{"de-mscons-load-profile.txt", 15, "", 255_000, 2, ""},
		{"lu-leneda-time-series.json", 15, "", 9_200_500, 2, ""},
		{"at-eda-report-2024.csv", 15, "", 3_278_000, 2, ""},
		{"us-greenbutton-two-meters.xml", 60, "1", 0, 0, "2 usage points"},
		{"us-greenbutton-two-flows.xml", 60, "1", 800_000, 4, ""},
		{"us-greenbutton-estimated.xml", 60, "1", 1_300_000, 3, ""},
	} {
		t.Run(row.files+" "+row.point, func(t *testing.T) {
			options := at(zones[row.files[:2]], row.interval)
			options.Point = row.point
			var paths []string
			for name := range strings.FieldsSeq(row.files) {
				paths = append(paths, filepath.Join(folder, name))
			}
			values, refused := readFiles(t, options, paths...)
			total := int64(0)
			for _, text := range values {
				var energy int64
				_, err := fmt.Sscan(text, &energy)
				require.NoError(t, err)
				total += energy
			}
			require.Equal(t, row.energy, total, "%v", refused)
			require.Len(t, values, row.values)
			if row.reason == "" {
				require.Empty(t, refused)
				return
			}
			require.Len(t, refused, 1)
			require.Contains(t, refused[0].Error(), row.reason)
		})
	}
}
