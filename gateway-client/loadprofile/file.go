// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// MaxFile is the size of the largest file that is read.
const MaxFile = 64 << 20

// file is a file under way. Readers put rows into it.
type file struct {
	set    *Set
	name   string
	number int
	// text is the content of a text file in UTF-8 without a byte order mark; book is a workbook.
	text []byte
	book *workbook
	// version is that of rows without one of their own.
	version int64
	// shared is true once a row of shares was seen.
	shared bool
	// passed counts the rows of another content than the one that is asked for.
	passed int
	// layered files have a part of a figure; each part is needed.
	layered bool
	// strict files have a row for each interval.
	strict bool
	times  timeReader
	keys   []rowKey
	rows   map[rowKey][]row
	lines  *lineCounter
}

// rowKey is what a row measures. Registers of a point (day and night) are added.
type rowKey struct {
	point     string
	direction settlement.Direction
	// figure is set where the row is a grid operator's figure and no reading.
	figure   Figure
	register string
}

// row is a reading as a file has it.
type row struct {
	rowKey
	line  int
	stamp stamp
	// step is in seconds, 0 where the file does not say it.
	step  int64
	value amount
	// power is true where the value is a mean power.
	power   bool
	quality Quality
	version int64
	// reason explains why the row cannot be read, detail what is special about it.
	reason, detail string
	// span is true for a period of more than an hour.
	span bool
	// timeless rows have no time that can be read.
	timeless bool
}

const (
	notProfile  = "not a load profile"
	notOfficial = "no decisions of the grid operator"
	notShares   = "no shares"
	notKnown    = "the format is not known"
	badFile     = "the file cannot be read"
	badCell     = "not an energy"
	badTime     = "not a time"
	badQuality  = "a quality that is not known"
	badStep     = "a step that is not known"
	badUnit     = "a unit that is not known"
	badPoint    = "not the number of a metering point"
	noPoint     = "the file does not name its metering point; --point or --point-file gives it"
	otherPoint  = "the file names another metering point than --point"
	otherWay    = "the file has another direction than --direction"
	inconsonant = "the figures of the file do not add up"
)

func refuse(line int, reason, format string, args ...any) Refusal {
	return Refusal{Line: line, Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// read reads the file with the reader of its format.
func (f *file) read(r io.Reader) (err error) {
	body, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return refuse(0, badFile, "%v", err)
	}
	if len(body) > MaxFile {
		return refuse(0, badFile, "it is larger than %d MiB", MaxFile>>20)
	}
	if err := f.open(body); err != nil {
		return err
	}
	if f.book != nil {
		defer f.book.close()
	}
	format, err := f.format()
	if err != nil {
		return err
	}
	if err := f.lacks(format); err != nil {
		return err
	}
	if err := format.read(f); err != nil {
		return err
	}
	if f.book != nil && f.book.broken != nil {
		return refuse(0, badFile, "it is a broken workbook: its rows cannot all be read")
	}
	if f.shared {
		return nil
	}
	if len(f.keys) == 0 {
		return f.empty(format)
	}
	return f.finish()
}

// open finds out whether the file is a text or a workbook.
func (f *file) open(body []byte) (err error) {
	switch {
	case bytes.HasPrefix(body, []byte("PK\x03\x04")):
		f.book, err = openWorkbook(body)
	case bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0")):
		return refuse(0, notKnown, "it is a workbook of an old or encrypted form; save it as XLSX")
	default:
		f.text, err = decode(body)
	}
	return err
}

// decode gives a text in UTF-8: from UTF-16 with or without a byte order mark, and from Latin-1 where it is no UTF-8.
func decode(body []byte) ([]byte, error) {
	var err error
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		body, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(body)
	case len(body) > 3 && body[1] == 0 && body[3] == 0:
		body, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Bytes(body)
	case len(body) > 3 && body[0] == 0 && body[2] == 0:
		body, err = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Bytes(body)
	case !utf8.Valid(body):
		body, err = charmap.Windows1252.NewDecoder().Bytes(body)
	}
	if err != nil || bytes.IndexByte(body, 0) >= 0 {
		return nil, refuse(0, badFile, "it is no text in UTF-8, UTF-16 or Latin-1")
	}
	return bytes.TrimPrefix(body, []byte("\ufeff")), nil
}

// format is the one that the options or the content name.
func (f *file) format() (*Format, error) {
	if f.set.options.Format != "" {
		forced := find(f.set.options.Format)
		if forced.workbook != (f.book != nil) {
			return nil, refuse(0, f.none(), "the format %s is of another kind of file", forced.Name)
		}
		return forced, nil
	}
	head := f.head()
	var found []*Format
	for _, of := range Formats() {
		if of.detect != nil && of.workbook == (f.book != nil) && of.detect(head) {
			found = append(found, &of)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if reason := otherThan(head); reason != "" {
			return nil, refuse(0, f.none(), "%s", reason)
		}
		return nil, refuse(0, notKnown, "the content is that of no format; the formats are %s", names())
	default:
		return nil, refuse(
			0,
			notKnown,
			"the content could be %s or %s; --format says which",
			found[0].Name,
			found[1].Name,
		)
	}
}

// head is the beginning of the file, which shows its format.
func (f *file) head() head {
	if f.book != nil {
		return head{book: f.book}
	}
	text := f.text[:min(len(f.text), 1<<14)]
	for len(text) > 0 && !utf8.Valid(text) { // a character that is cut
		text = text[:len(text)-1]
	}
	return head{text: string(text), plain: plain(string(text))}
}

// put takes a row, if it is of the content that is asked for.
func (f *file) put(r row) {
	if (r.figure != "") != (f.set.options.Content == Decisions) {
		f.passed++
		return
	}
	if !r.timeless && r.reason == "" && r.step > 3600 && !r.span {
		r.reason, r.detail = "not a load profile of an hour or less", "this value is of "+period(r.step)
	}
	if r.version == 0 {
		r.version = f.version
	}
	if _, known := f.rows[r.rowKey]; !known {
		f.keys = append(f.keys, r.rowKey)
	}
	f.rows[r.rowKey] = append(f.rows[r.rowKey], r)
}

func period(seconds int64) string {
	if seconds%86400 == 0 {
		return fmt.Sprintf("%d days", seconds/86400)
	}
	return fmt.Sprintf("%d minutes", seconds/60)
}

// refuse takes an error that costs no day.
func (f *file) refuse(r Refusal) {
	r.File = f.name
	f.set.refused = append(f.set.refused, r)
}

// at reads a row's time.
func (f *file) at(r *row, text string) {
	var ok bool
	if r.stamp, ok = f.times.read(text); !ok {
		r.reason, r.detail, r.timeless = badTime, quoted(text), true
	}
}

// measure reads a row's value in a unit; an empty one is missing.
func (f *file) measure(r *row, text string, form mark, unit string) {
	if strings.TrimSpace(text) == "" {
		r.quality = Missing
		return
	}
	scale, known := units[strings.ToLower(unit)]
	if !known {
		r.fail(badUnit, quoted(unit))
		return
	}
	r.power = strings.HasSuffix(strings.ToLower(unit), "w")
	var reason string
	if r.value, reason = parse(text, form, scale); reason != "" {
		r.fail(badCell, quoted(text)+" is "+reason)
	}
}

// fail marks a row that cannot be read.
func (r *row) fail(reason, detail string) {
	if r.reason == "" {
		r.reason, r.detail = reason, detail
	}
}

// quoted shows what is in a file, not too much of it.
func quoted(text string) string {
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}

// validPoint describes what is wrong with the number of a metering point.
func validPoint(number string) string {
	mangled := strings.Trim(number, "0123456789.,+eE") == "" && strings.ContainsAny(number, "eE.,+")
	switch {
	case mangled:
		return quoted(number) + " was rounded by a spreadsheet"
	case number == "" || len(number) > 64:
		return quoted(number)
	case !asciiWord(number[:1]) || slices.ContainsFunc([]rune(number), func(c rune) bool {
		return !asciiWord(string(c)) && !strings.ContainsRune("._-/: ", c)
	}):
		return quoted(number) + " has other characters than letters, digits and . _ - / :"
	}
	return ""
}

func asciiWord(text string) bool {
	return strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") == ""
}
