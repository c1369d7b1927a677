package licensing

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

func TestAPartyIsAnOrganisationOrAResident(t *testing.T) {
	for sentence, row := range map[string]struct {
		party string
		code  fault.Code
	}{
		"an MSP":                                {"UtilityMSP", ""},
		"a pseudonym":                           {strings.Repeat("x", 43), ""},
		"a pseudonym that begins with a hyphen": {"-" + strings.Repeat("x", 42), ""},
		"a pseudonym that begins with a low line": {"_" + strings.Repeat("x", 42), ""},
		"a hyphen and less than a pseudonym":      {"-" + strings.Repeat("x", 41), fault.InvalidField},
		"nothing":                                 {"", fault.MissingField},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := party("owner", row.party)
			if row.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, row.code)
			require.Equal(t, "owner", fault.From(err).Details["field"])
		})
	}
}
