package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

// termsFlags fill the terms that a resident gives or a controller asks for.
type termsFlags struct {
	terms                          *consent.Terms
	until, guardian, guardianUntil string
}

func termsOf(terms *consent.Terms) *termsFlags { return &termsFlags{terms: terms} }

func (f *termsFlags) addFlags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.terms.ConsentID, "id", "", "the consent's id (default: random; to answer a request, that of the request)")
	flags.StringSliceVar(&f.terms.DataCategories, "category", nil, "the data categories, `TERM,…`")
	flags.StringSliceVar(&f.terms.Recipients, "recipient", nil, "the recipients, `MSP,…`")
	flags.BoolVar(&f.terms.IncludeNarrower, "include-narrower", false, "also for narrower purposes")
	flags.StringVar((*string)(&f.terms.Type), "type", string(consent.Expressed), "expressed, or explicit as special categories need")
	flags.StringVar(&f.until, "until", "", "the last `DATE` (or time, RFC 3339)")
	flags.StringVar(&f.guardian, "guardian", "", "the `PSEUDONYM` of a guardian who may sign for the subject; needs --guardian-until")
	flags.StringVar(&f.guardianUntil, "guardian-until", "", "the last `DATE` of the guardian's office")
	command.MarkFlagsRequiredTogether("guardian", "guardian-until")
	must(command.MarkFlagRequired("category"))
	must(command.MarkFlagRequired("until"))
}

// read completes the terms from the arguments NOTICE VERSION.
func (f *termsFlags) read(args []string) error {
	notice, err := versionOf(args)
	if err != nil {
		return err
	}
	f.terms.NoticeID, f.terms.NoticeVersion = notice.NoticeID, notice.Version
	if f.terms.ConsentID == "" {
		f.terms.ConsentID = randomHex()
	}
	if f.terms.ValidUntil, err = moment("until", f.until); err != nil || f.guardian == "" {
		return err
	}
	end, err := moment("guardian-until", f.guardianUntil)
	f.terms.Guardian = &consent.GuardianTerm{Key: f.guardian, Until: end}
	return err
}

// moment reads a date, which lasts until its end in UTC, or a time.
func moment(flag, text string) (time.Time, error) {
	if date, err := time.Parse(time.DateOnly, text); err == nil {
		return date.AddDate(0, 0, 1), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, usagef("--%s takes a date like 2027-12-31 or a time like 2027-12-31T12:00:00Z, not %q", flag, text)
	}
	return at.UTC(), nil
}
