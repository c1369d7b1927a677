package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

// curveSource is in which form a file holds load curves.
type curveSource struct {
	format, point, pointFile string
	direction                settlement.Direction
}

// curveReaders read the files of one metering point.
var curveReaders = map[string]func(io.Reader, settlement.Community, string, settlement.Direction) (*energy.Load, error){
	"enedis": energy.ReadEnedis, "greenbutton": energy.ReadGreenButton,
}

func (s *curveSource) addFlags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&s.format, "format", "plain", "the file's `FORM`: plain, enedis or greenbutton")
	flags.StringVar(&s.pointFile, "point-file", "", "the `FILE` (- for stdin) with the number of an enedis or greenbutton file's metering point (default: the one that an enedis file names)")
	flags.StringVar((*string)(&s.direction), "direction", string(settlement.Consumption), "what an enedis or greenbutton file holds, where it does not say so itself: consumption or production")
	must(command.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"plain", "enedis", "greenbutton"}, cobra.ShellCompDirectiveNoFileComp)))
}

func (s *curveSource) check(app *App, path string) (err error) {
	if path == "-" && s.pointFile == "-" {
		return usagef("stdin has either the load curves or the metering point's number")
	}
	if s.point, err = app.readLine("the metering point's number", s.pointFile); err != nil {
		return err
	}
	switch {
	case s.format != "plain" && curveReaders[s.format] == nil:
		return usagef("--format takes plain, enedis or greenbutton, not %q", s.format)
	case s.format == "greenbutton" && s.point == "":
		return usagef("a greenbutton file does not name its metering point; name it in a file: --point-file")
	case s.direction != settlement.Consumption && s.direction != settlement.Production:
		return usagef("--direction takes consumption or production, not %q", s.direction)
	}
	return nil
}

func (s *curveSource) read(file io.Reader, community settlement.Community) (*energy.Load, error) {
	if read := curveReaders[s.format]; read != nil {
		return read(file, community, s.point, s.direction)
	}
	return energy.Read(file)
}
