// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// The colours of the charts, apart in lightness so that they differ in print and for colour-blind readers.
var (
	sharedColour   = color.RGBA{R: 0x1b, G: 0x7f, B: 0x5c, A: 0xff}
	residualColour = color.RGBA{R: 0xb9, G: 0xc4, B: 0xcc, A: 0xff}
	surplusColour  = color.RGBA{R: 0xe8, G: 0xa8, B: 0x38, A: 0xff}
)

const chartWidth, chartHeight = 9.5 * vg.Inch, 3.6 * vg.Inch

// dayChart stacks shared, residual and surplus energy by day.
func dayChart(days []Day) (string, error) {
	p := newPlot("Energy by day, kWh")
	names := make([]string, len(days))
	series := [3]plotter.Values{make(plotter.Values, len(days)), make(plotter.Values, len(days)), make(plotter.Values, len(days))}
	for i, day := range days {
		names[i] = strings.TrimPrefix(day.Date[len("2006-01-"):], "0")
		for s, energy := range []int64{day.Shared, day.Residual, day.Surplus} {
			series[s][i] = float64(energy) / 1e6
		}
	}
	return stack(p, names, series, [3]string{"shared", "residual (from the grid)", "surplus (to the grid)"}, 8)
}

// memberChart stacks what each member shared and what remained, consumers and producers alike.
func memberChart(bills []settlement.Bill) (string, error) {
	p := newPlot("Energy by member, kWh")
	var names []string
	var series [3]plotter.Values
	for _, bill := range bills {
		if strings.HasPrefix(bill.MemberID, "msp:") || len(names) == maxBars {
			continue
		}
		names = append(names, label(bill.MemberID))
		rest := float64(bill.Metered-bill.Shared) / 1e6
		residual, surplus := rest, 0.0
		if produces(bill) {
			residual, surplus = 0, rest
		}
		series[0], series[1], series[2] = append(series[0], float64(bill.Shared)/1e6), append(series[1], residual), append(series[2], surplus)
	}
	p.X.Tick.Label.Rotation = 0.6
	p.X.Tick.Label.XAlign = draw.XRight
	return stack(p, names, series, [3]string{"shared", "residual", "surplus"}, 14)
}

// maxBars is how many members a chart shows; the table below it has them all.
const maxBars = 40

func produces(bill settlement.Bill) bool {
	for _, item := range bill.Items {
		if item.Side == "sells" {
			return true
		}
	}
	return false
}

func newPlot(title string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.Legend.Top, p.Legend.Left, p.Legend.Padding = true, true, vg.Points(2) // what a browser's wider font needs more grows away from the colours
	p.Y.Min = 0
	p.Add(plotter.NewGrid())
	return p
}

func stack(p *plot.Plot, names []string, series [3]plotter.Values, legend [3]string, width float64) (string, error) {
	if len(names) == 0 {
		return "", nil
	}
	var below *plotter.BarChart
	for s, colour := range []color.Color{sharedColour, residualColour, surplusColour} {
		bars, err := plotter.NewBarChart(series[s], vg.Points(width))
		if err != nil {
			return "", err
		}
		bars.Color, bars.LineStyle.Width = colour, 0
		if below != nil {
			bars.StackOn(below)
		}
		p.Add(bars)
		p.Legend.Add(legend[s], bars)
		below = bars
	}
	p.NominalX(names...)
	p.X.Min, p.X.Max = -0.6, float64(len(names))-0.4
	p.Y.Max *= 1.25 // room for the legend
	return svg(p), nil
}

// svg draws the plot as an element to are in a page.
func svg(p *plot.Plot) string {
	canvas := vgsvg.New(chartWidth, chartHeight)
	p.Draw(draw.New(canvas))
	var text bytes.Buffer
	_, _ = canvas.WriteTo(&text) // a buffer takes everything
	_, element, _ := strings.Cut(text.String(), "<svg")
	return "<svg" + element
}
