package energy

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// The codes of ESPI (NAESB REQ.21) that are read.
const (
	uomWatt     = 38
	uomWattHour = 72
	flowReverse = 19 // from the customer to the grid
)

type (
	espiReadingType struct {
		FlowDirection int `xml:"flowDirection"`
		Multiplier    int `xml:"powerOfTenMultiplier"`
		UOM           int `xml:"uom"`
	}
	espiReading struct {
		Start  int64  `xml:"timePeriod>start"`
		Length int64  `xml:"timePeriod>duration"`
		Value  *int64 `xml:"value"`
	}
)

// ReadGreenButton reads a load curve as Green Button exports it (ESPI, NAESB REQ.21: an Atom feed with one ReadingType and IntervalReadings in Unix
// time). Energies are Wh or mean powers W, with their power of ten. The direction is that of the file, or the caller's where the file has none.
func ReadGreenButton(r io.Reader, community settlement.Community, point string, direction settlement.Direction) (*Load, error) {
	feed, err := readFeed(xml.NewDecoder(r))
	if err != nil {
		return nil, err
	}
	if feed.kind == nil {
		return nil, fmt.Errorf("%w: it has no ReadingType", ErrFormat)
	}
	if feed.kind.FlowDirection == flowReverse {
		direction = settlement.Production
	}
	values, err := feed.kind.series(feed.readings, community.IntervalMinutes)
	if err != nil {
		return nil, err
	}
	return values.load(community, point, direction)
}

// espiFeed is what is read of a feed.
type espiFeed struct {
	kind     *espiReadingType
	readings []espiReading
}

func readFeed(decoder *xml.Decoder) (feed espiFeed, err error) {
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return feed, nil
		}
		if err == nil {
			if start, opens := token.(xml.StartElement); opens {
				err = feed.take(decoder, start)
			}
		}
		if err != nil {
			return feed, fmt.Errorf("%w: %w", ErrFormat, err)
		}
	}
}

// take reads an element that counts.
func (f *espiFeed) take(decoder *xml.Decoder, start xml.StartElement) error {
	switch start.Name.Local {
	case "ReadingType":
		next := new(espiReadingType)
		if err := decoder.DecodeElement(next, &start); err != nil {
			return err
		}
		if f.kind != nil && *f.kind != *next {
			return errors.New("it holds several kinds of readings; export one at a time")
		}
		f.kind = next
	case "IntervalReading":
		var reading espiReading
		if err := decoder.DecodeElement(&reading, &start); err != nil {
			return err
		}
		f.readings = append(f.readings, reading)
	}
	return nil
}

func (t espiReadingType) series(readings []espiReading, minutes int) (series, error) {
	values := series{}
	for _, reading := range readings {
		if reading.Value == nil { // a gap
			continue
		}
		if reading.Length != int64(minutes)*60 {
			return nil, fmt.Errorf("%w: an interval takes %d seconds, the community's takes %d minutes", ErrFormat, reading.Length, minutes)
		}
		energy, err := t.energy(*reading.Value, minutes)
		if err != nil {
			return nil, err
		}
		if err := values.put(time.Unix(reading.Start, 0).UTC(), energy); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// energy is the reading in mWh.
func (t espiReadingType) energy(value int64, minutes int) (int64, error) {
	scale := int64(1000) // mWh per Wh
	if t.UOM == uomWatt {
		scale = perInterval(1, minutes)
	} else if t.UOM != uomWattHour {
		return 0, fmt.Errorf("%w: its unit of measure is %d, neither Wh (72) nor W (38)", ErrFormat, t.UOM)
	}
	if t.Multiplier < -3 || t.Multiplier > 6 {
		return 0, fmt.Errorf("%w: its power of ten is %d", ErrFormat, t.Multiplier)
	}
	for range max(t.Multiplier, 0) {
		scale *= 10
	}
	if value < 0 || value > settlement.MaxEnergy/scale {
		return 0, fmt.Errorf("%w: %d·10^%d is not an energy of an interval", ErrFormat, value, t.Multiplier)
	}
	energy := value * scale
	for range max(-t.Multiplier, 0) {
		energy /= 10
	}
	return energy, nil
}
