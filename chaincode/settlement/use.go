// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/merkle"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Activity is what was done with a load profile.
type Activity string

// The activities.
const (
	// Settling divides a day's production among the members.
	Settling Activity = "SETTLING"
	// Billing makes a month's bills.
	Billing Activity = "BILLING"
	// Auditing recomputes days or months from the load profiles.
	Auditing Activity = "AUDITING"
	// LookingUp shows a load profile, or what was computed from it, to a person or a program.
	LookingUp Activity = "READING"
)

// The legal bases of uses, as terms of DPV's extension for the GDPR. Days that were metered under a consent are settled
// and billed to perform the contract, also after a withdrawal. Auditors act under the duty to keep accounts and have
// them checked. The notice of every member's consent names both.
const (
	onContract = "eu-gdpr:A6-1-b"
	onDuty     = "eu-gdpr:A6-1-c"
)

// UseOf is what the uses of one record have in common: of a run, of a phase of a period, or of a batch of reads. The
// members of Use are in the order of RFC 8785, so that its plain encoding is its canonical one.
type UseOf struct {
	Activity    Activity
	At          time.Time
	By          string
	CommunityID string
	// LegalBasis is the term of the basis on which this was done.
	LegalBasis string
	// RecordID is the id of the transaction that recorded the uses.
	RecordID string
	Days     []string
	Run      RunID
	Period   string
	Phase    Phase
}

// Use is one use of a member's load profile: a leaf of its record's Merkle tree.
type Use struct {
	Activity    Activity  `json:"activity"`
	At          time.Time `json:"at"`
	By          string    `json:"by"`
	CommunityID string    `json:"communityId"`
	// ConsentID names the consent under which the days were metered.
	ConsentID    string `json:"consentId"`
	DataCategory string `json:"dataCategory"`
	// Days are the days whose load profile was used, where it was not a whole period's.
	Days       []string `json:"days,omitempty"`
	LegalBasis string   `json:"legalBasis"`
	MemberID   string   `json:"memberId"`
	Period     string   `json:"period,omitempty"`
	Phase      Phase    `json:"phase,omitempty"`
	Purpose    string   `json:"purpose"`
	// RecordID is the id of the transaction that recorded the use; it did the work too, unless this is a reading or an
	// audit.
	RecordID string `json:"recordId"`
	Run      RunID  `json:"run,omitempty"`
	// Salt is the lower-case hex HMAC-SHA-256 of use|recordId|memberId under the record's private salt; of a read it
	// has the number in place of the member.
	Salt   string `json:"salt"`
	Schema int    `json:"schema"`
	// The description of what was read.
	What Readable `json:"what,omitempty"`
}

// Canonical is the use's encoding after RFC 8785, the bytes that are hashed.
func (u Use) Canonical() ([]byte, error) { return u.appendCanonical(nil) }

// appendCanonical writes what json.Marshal does, by hand because a run does it for each member: ids, dates, hex and
// names of fixed lists need no escaping.
func (u Use) appendCanonical(b []byte) (_ []byte, err error) {
	b = appendText(append(b, `{"activity":`...), string(u.Activity))
	b = append(b, `,"at":`...)
	if b, err = u.At.AppendText(append(b, '"')); err != nil {
		return nil, fmt.Errorf("encode a use: %w", err)
	}
	b = appendText(append(b, `","by":`...), u.By)
	b = appendText(append(b, `,"communityId":`...), u.CommunityID)
	b = appendText(append(b, `,"consentId":`...), u.ConsentID)
	b = appendText(append(b, `,"dataCategory":`...), u.DataCategory)
	for i, day := range u.Days {
		if i == 0 {
			b = append(b, `,"days":[`...)
		} else {
			b = append(b, ',')
		}
		b = appendText(b, day)
	}
	if len(u.Days) > 0 {
		b = append(b, ']')
	}
	for _, member := range []struct{ name, value string }{
		{"legalBasis", u.LegalBasis}, {"memberId", u.MemberID}, {"period", u.Period}, {"phase", string(u.Phase)},
		{"purpose", u.Purpose},
		{"recordId", u.RecordID}, {"run", string(u.Run)}, {"salt", u.Salt},
	} {
		if member.value == "" {
			continue
		}
		b = append(appendText(append(b, ','), member.name), ':')
		b = appendText(b, member.value)
	}
	b = strconv.AppendInt(append(b, `,"schema":`...), int64(u.Schema), 10)
	if u.What != "" {
		b = appendText(append(b, `,"what":`...), string(u.What))
	}
	return append(b, '}'), nil
}

// wellFormed refuses texts that would need escaping: unescaped they could be cut elsewhere and hash to what another use
// hashes to.
func (u Use) wellFormed() error {
	texts := append([]string{
		string(u.Activity), u.By, u.CommunityID, u.ConsentID, u.DataCategory, u.LegalBasis, u.MemberID, u.Period,
		string(u.Phase), u.Purpose, u.RecordID, string(u.Run), u.Salt, string(u.What),
	}, u.Days...)
	for _, text := range texts {
		if !plain.MatchString(text) {
			return errors.New("a text holds what no use has")
		}
	}
	return request.All(
		request.SHA256("salt", u.Salt), request.Within("schema", int64(u.Schema), SchemaVersion, SchemaVersion),
	)
}

// plain are the letters of ids, terms, dates and hex.
var plain = regexp.MustCompile(`^[A-Za-z0-9._:-]*$`)

// salter derives the uses' salts from that of their record.
type salter struct {
	mac    hash.Hash
	record string
}

func newSalter(salt, recordID string) (salter, error) {
	key, err := hex.DecodeString(salt)
	if err != nil {
		return salter{}, fmt.Errorf("read a salt: %w", err)
	}
	return salter{hmac.New(sha256.New, key), "use|" + recordID + "|"}, nil
}

func (s salter) of(name string) string {
	s.mac.Reset()
	s.mac.Write([]byte(s.record + name))
	return hex.EncodeToString(s.mac.Sum(nil))
}

// of is one member's use.
func (of UseOf) of(memberID, consentID, salt string) Use {
	return Use{
		Activity: of.Activity, At: of.At, By: of.By, CommunityID: of.CommunityID, ConsentID: consentID,
		DataCategory: LoadProfile, Days: of.Days,
		LegalBasis: of.LegalBasis, MemberID: memberID, Period: of.Period, Phase: of.Phase, Purpose: SharingPurpose,
		RecordID: of.RecordID, Run: of.Run,
		Salt: salt, Schema: SchemaVersion,
	}
}

// UsesRoot is the public trace of uses: the root over their leaves.
type UsesRoot struct {
	// ResultsID is the id of the transaction that recorded the uses; the private part is stored under it.
	ResultsID string `json:"resultsId"`
	// UsesRoot is the RFC 6962 root over the members' uses in byte order of their ids, Uses their number.
	UsesRoot string    `json:"usesRoot"`
	Uses     int       `json:"uses"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// uses are those of a record, one for each member that has a consent, in the order of the members.
func (s Summary) uses(of UseOf) ([]Use, error) {
	salts, err := newSalter(s.Salt, of.RecordID)
	if err != nil {
		return nil, err
	}
	uses := make([]Use, 0, len(s.Members))
	for i, member := range s.Members {
		if s.Consents[i] == "" { // an organisation has a bill and no load profile
			continue
		}
		uses = append(uses, of.of(member, s.Consents[i], salts.of(member)))
	}
	return uses, nil
}

// usesRoot is the root over the uses.
func usesRoot(uses []Use) (string, error) {
	hashes, err := useHashes(uses)
	if err != nil {
		return "", err
	}
	root, err := merkle.Root(hashes)
	return hex.EncodeToString(root), err
}

func useHashes(uses []Use) ([][]byte, error) {
	hashes := make([][]byte, len(uses))
	var leaf []byte
	for i, use := range uses {
		var err error
		if leaf, err = use.appendCanonical(leaf[:0]); err != nil {
			return nil, err
		}
		hashes[i] = merkle.HashLeaf(leaf)
	}
	return hashes, nil
}

// useOf is what the uses of the run have in common.
func (r Run) useOf(by string, at time.Time, id string) UseOf {
	return UseOf{
		Activity: Settling, At: at, By: by, CommunityID: r.CommunityID, LegalBasis: onContract, RecordID: id,
		Days: []string{r.Day}, Run: r.Run,
	}
}

// Trace is the run's own trace of uses.
func (r Run) Trace() UsesRoot {
	return UsesRoot{ResultsID: r.ResultsID, UsesRoot: r.UsesRoot, Uses: r.Leaves, By: r.SettledBy, At: r.SettledAt}
}

// Traces are all traces of uses of the run: also those of the runs that it replaced.
func (r Run) Traces() []UsesRoot { return append(slices.Clone(r.Replaced), r.Trace()) }

// Trace is the phase's own trace of uses.
func (p Period) Trace(community Community) UsesRoot {
	return UsesRoot{ResultsID: p.ResultsID, UsesRoot: p.UsesRoot, Uses: p.Uses, By: community.Organiser, At: p.ClosedAt}
}

// Traces are all traces of uses of the phase.
func (p Period) Traces(community Community) []UsesRoot {
	return append(slices.Clone(p.Replaced), p.Trace(community))
}

func (p Period) useOf(trace UsesRoot) UseOf {
	phase := p.Phase
	if phase == FinalPhase { // what is final was closed provisionally
		phase = ProvisionalPhase
	}
	return UseOf{
		Activity: Billing, At: trace.At, By: trace.By, CommunityID: p.CommunityID, LegalBasis: onContract,
		RecordID: trace.ResultsID, Period: p.Period, Phase: phase,
	}
}

// UsesRequest asks for a page of a month's uses of a member's load profile: by runs of its days, by its bills, and by what was
// read in this month.
type UsesRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	Period      string `json:"period"`
	request.Listing
}

// Validate checks the request by itself.
func (r UsesRequest) Validate() error {
	return request.All(
		request.ID("communityId", r.CommunityID), request.ID("memberId", r.MemberID), month(r.Period), r.Check(),
	)
}

// ProvenUse is a use with the proof that it belongs to a public record.
type ProvenUse struct {
	Use Use `json:"use"`
	Inclusion
	// UsesRoot is the root in the public record of the use.
	UsesRoot string `json:"usesRoot"`
}

// Verify checks the use against the public trace, which any peer serves. A changed letter anywhere fails.
func (p ProvenUse) Verify(public UsesRoot) error {
	if p.Use.RecordID != public.ResultsID {
		return fmt.Errorf(
			"%w: it belongs to transaction %s, the ledger's record to %s", ErrUnproven, p.Use.RecordID,
			public.ResultsID,
		)
	}
	if err := p.Use.wellFormed(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	leaf, err := p.Use.Canonical()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	return p.verify(leaf, public.Uses, public.UsesRoot)
}

// UnseenReads is what no list of uses can tell.
const UnseenReads = "Reads by programs that are not smartb's are not in this list: " +
	"nobody can see what an organisation does with the data on its own peer."

// Uses are a member's uses of a month, in the order of their times.
type Uses struct {
	Uses []ProvenUse `json:"uses"`
	// Note is UnseenReads.
	Note     string `json:"note"`
	Bookmark string `json:"bookmark,omitempty"`
}

// prove proves the uses of the member among those of a record.
func prove(uses []Use, memberID, root string) (proven []ProvenUse, err error) {
	var hashes [][]byte
	for i, use := range uses {
		if use.MemberID != memberID {
			continue
		}
		if hashes == nil {
			if hashes, err = useHashes(uses); err != nil {
				return nil, err
			}
		}
		path, err := merkle.Path(hashes, i)
		if err != nil {
			return nil, err
		}
		proven = append(proven, ProvenUse{use, Inclusion{i, len(uses), merkle.Encode(path)}, root})
	}
	return proven, nil
}

// UsesBy are the member's uses by the run, or by one that it replaced. summary is the private one of the trace.
func (r Run) UsesBy(trace UsesRoot, summary Summary, memberID string) ([]ProvenUse, error) {
	uses, err := summary.uses(r.useOf(trace.By, trace.At, trace.ResultsID))
	if err != nil {
		return nil, err
	}
	return prove(uses, memberID, trace.UsesRoot)
}

// UsesBy are the member's uses by the phase, or by one that it replaced. summary is the private one of the trace.
func (p Period) UsesBy(trace UsesRoot, summary Summary, memberID string) ([]ProvenUse, error) {
	uses, err := summary.uses(p.useOf(trace))
	if err != nil {
		return nil, err
	}
	return prove(uses, memberID, trace.UsesRoot)
}

// consentsOf are the members' consents by member.
func consentsOf(members []Member) map[string]string {
	consents := make(map[string]string, len(members))
	for _, member := range members {
		consents[member.MemberID] = member.ConsentID
	}
	return consents
}

// The records that are read.
const (
	ReadMeterDays   Readable = "meter-days"
	ReadStatement   Readable = "statement"
	ReadDifferences Readable = "differences"
	ReadBill        Readable = "bill"
	ReadReport      Readable = "report"
	ReadAudit       Readable = "audit"
)

// SortUses puts uses in the order of their times, and those of one time in the order of their records.
func SortUses(uses []ProvenUse) {
	slices.SortStableFunc(uses, func(a, b ProvenUse) int { return a.Use.At.Compare(b.Use.At) })
}
