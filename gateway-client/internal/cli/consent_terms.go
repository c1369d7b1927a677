// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

// termsFlags fill the terms that a resident gives or a controller asks for.
type termsFlags struct {
	terms *consent.Terms
	until string
}

func termsOf(terms *consent.Terms) *termsFlags { return &termsFlags{terms: terms} }

func (f *termsFlags) addFlags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.terms.ConsentID, "id", "", "the consent's id (default: random; with --answers, that of the request)")
	flags.StringSliceVar(&f.terms.DataCategories, "category", nil, "the data categories, `TERM,…`")
	flags.StringSliceVar(&f.terms.Recipients, "recipient", nil, "the recipients, `MSP,…`")
	flags.BoolVar(&f.terms.IncludeNarrower, "include-narrower", false, "also for narrower purposes")
	flags.StringVar((*string)(&f.terms.Type), "type", string(consent.Expressed), "expressed, or explicit as special categories need")
	flags.StringVar(&f.until, "until", "", "the last `DATE` (or time, RFC 3339)")
	objectFlags(command, &f.terms.Object)
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
	f.terms.ValidUntil, err = moment("until", f.until)
	return err
}

// objectFlags name what a consent or a question is about.
func objectFlags(command *cobra.Command, object *consent.Object) {
	flags := command.Flags()
	flags.StringVar(&object.CommunityID, "community", "", "the energy `COMMUNITY` that it is about")
	flags.StringVar(&object.PointSHA256, "point", "", "the `HASH` of the metering point in the community")
	flags.StringVar(&object.Dataset, "dataset", "", "the dataset that it is about, as `OWNER/ID`")
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
