// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// RunID names a run of a day: provisional, final or correction-1, correction-2, …
type RunID string

// The runs without a number.
const (
	Provisional RunID = "provisional"
	Final       RunID = "final"
)

var runPattern = regexp.MustCompile(`^(provisional|final|correction-[1-9][0-9]{0,3})$`)

// Run is the public record of one settled day: anybody can verify a statement against its Merkle root. Anybody who
// holds the hashes of the private inputs can verify what went in. It has no figure that states anything about what was
// measured: totals are private, and who may see them asks RunTotals.
type Run struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	Run         RunID  `json:"run"`
	// Generation is the community's generation of key and terms that was used.
	Generation int `json:"generation"`
	// Key is the type of the generation's key.
	Key      allocation.Key      `json:"key"`
	Rounding allocation.Rounding `json:"rounding"`
	// Intervals is the number of intervals of the day in the community's time zone.
	Intervals int `json:"intervals"`
	// InputsSHA256 is the SHA-256 of the canonical JSON of [[memberId, version, SHA-256 of the private meter day], …] in byte order of the members.
	InputsSHA256 string `json:"inputsSha256"`
	// KeyDaySHA256 is the SHA-256 of the private shares by interval, for keys that have them.
	KeyDaySHA256 string `json:"keyDaySha256,omitempty"`
	// RosterSHA256 is the SHA-256 of the canonical JSON of the members in force: [[memberId, direction, share, tier, factor, role, pointRef], …].
	RosterSHA256 string `json:"rosterSha256"`
	// MerkleRoot is the RFC 6962 root over the members' leaves in byte order of their ids.
	MerkleRoot string `json:"merkleRoot"`
	// Leaves is the size of the tree.
	Leaves int `json:"leaves"`
	// ResultsID is the id of the transaction that settled the day; the private results are stored under it.
	ResultsID string    `json:"resultsId"`
	SettledAt time.Time `json:"settledAt"`
	// SettledBy is the MSP that settled the day.
	SettledBy string `json:"settledBy"`
	// UsesRoot is the RFC 6962 root over the record of use: a leaf for each member whose load profile the run used, in byte order of their ids.
	UsesRoot string `json:"usesRoot"`
	// Replaced are the records of use of the runs that this provisional one replaced.
	Replaced []UsesRoot `json:"replaced,omitempty"`
	// SupersededBy is the newest run of the day where this one is older. It is told by GetRun and never stored.
	SupersededBy RunID `json:"supersededBy,omitempty"`
}

// Totals are the private figures of a run: counts, and sums over the day's complete intervals in mWh. They are in the
// run's summary.
type Totals struct {
	// Consumers and Producers count the members in force, Incomplete the intervals that lack a value of some member.
	Consumers   int64 `json:"consumers"`
	Producers   int64 `json:"producers"`
	Incomplete  int64 `json:"incomplete"`
	Production  int64 `json:"production"`
	Consumption int64 `json:"consumption"`
	// SelfConsumed is what connections that are measured both ways consumed of their own production, before anything was shared.
	SelfConsumed int64 `json:"selfConsumed"`
	Shared       int64 `json:"shared"`
	Surplus      int64 `json:"surplus"`
}

// SettleDayRequest settles one day of a community.
type SettleDayRequest struct {
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	Run         RunID  `json:"run"`
}

// Validate checks the request by itself.
func (r SettleDayRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), date("day", r.Day), runID(r.Run))
}

func runID(run RunID) error {
	return request.Matches("run", string(run), runPattern, "provisional, final or correction-1, correction-2, …")
}

// Before is the run that a correction corrects; empty for other runs.
func (r RunID) Before() RunID {
	number, isCorrection := strings.CutPrefix(string(r), "correction-")
	if !isCorrection {
		return ""
	}
	n, err := strconv.Atoi(number)
	if err != nil || n <= 1 {
		return Final
	}
	return RunID("correction-" + strconv.Itoa(n-1))
}

// Next is the run that follows a run of a day; the first one that counts follows none.
func (r RunID) Next() RunID {
	if rank := r.rank(); rank > 0 {
		return RunID("correction-" + strconv.Itoa(rank))
	}
	return Final
}

// Order checks the run's place in the day's calendar: a provisional run ends with the final one, a correction follows the run that it corrects.
// final and before are nil if they do not exist.
func (r SettleDayRequest) Order(final, before *Run) error {
	if r.Run == Provisional && final != nil {
		return fault.New(fault.IllegalTransition, "%s is final already; only a correction can follow", r.Day)
	}
	if r.Run.Before() != "" && before == nil {
		return fault.New(fault.IllegalTransition, "run %s corrects run %s, which does not exist", r.Run, r.Run.Before())
	}
	return nil
}

// Replaceable reports whether the existing run of the same id may be written again with other inputs at the time; otherwise it is an error.
func (existing Run) Replaceable(at time.Time) error {
	if existing.Run == Provisional {
		if at.Before(existing.SettledAt) {
			return fault.New(fault.StaleTransaction, "the run was settled at %s, after this transaction's time", existing.SettledAt.Format(time.RFC3339))
		}
		return nil
	}
	return fault.New(fault.AlreadyExists, "run %s of %s exists with other inputs and never changes; settle the next correction", existing.Run, existing.Day)
}

// GetRunRequest asks for one run.
type GetRunRequest struct {
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	// Run is empty for the newest run of the day.
	Run RunID `json:"run,omitempty"`
}

// Validate checks the request by itself.
func (r GetRunRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), date("day", r.Day), anyRunID(r.Run))
}

// anyRunID checks a run's id, or that there is none, which stands for the newest run.
func anyRunID(run RunID) error {
	if run == "" {
		return nil
	}
	return runID(run)
}

// Find is the run that the request asks for among those of its day, and describes which one is newer.
func (r GetRunRequest) Find(runs []Run) (Run, error) {
	newest := Newest(runs)
	if newest == nil {
		return Run{}, fault.Field(fault.NotFound, "day", "no run of %s in community %s; settle the day first", r.Day, r.CommunityID)
	}
	if r.Run == "" || r.Run == newest.Run {
		return *newest, nil
	}
	for _, run := range runs {
		if run.Run == r.Run {
			run.SupersededBy = newest.Run
			return run, nil
		}
	}
	return Run{}, fault.Field(fault.NotFound, "run", "no run %s of %s in community %s; the newest one is %s", r.Run, r.Day, r.CommunityID, newest.Run)
}

// RunTotals are a run's totals as RunTotals answers them.
type RunTotals struct {
	Totals
}

// ListRunsRequest asks for a page of a community's runs.
type ListRunsRequest struct {
	CommunityID string `json:"communityId"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListRunsRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), r.Check())
}

// RunPage is a page of runs in the order of their days.
type RunPage struct {
	Runs     []Run  `json:"runs"`
	Bookmark string `json:"bookmark,omitempty"`
}

// InForce returns the members that are measured on the day, in byte order of their ids.
func InForce(members []Member, day string) []Member {
	var inForce []Member
	for _, member := range members {
		if member.InForce(day) {
			inForce = append(inForce, member)
		}
	}
	slices.SortFunc(inForce, func(a, b Member) int { return strings.Compare(a.MemberID, b.MemberID) })
	return inForce
}

// Newest is the run of a day that counts: the correction with the largest number, else the final one, else the provisional one; nil for none.
func Newest(runs []Run) (newest *Run) {
	for i := range runs {
		if newest == nil || runs[i].Run.rank() > newest.Run.rank() {
			newest = &runs[i]
		}
	}
	return newest
}

func (r RunID) rank() int {
	number, isCorrection := strings.CutPrefix(string(r), "correction-")
	n, _ := strconv.Atoi(number) // other runs are no numbers
	switch {
	case isCorrection:
		return n + 1
	case r == Final:
		return 1
	default:
		return 0
	}
}

// Changes refuses a correction with the content of the run before, whose private sums totals reads. Anyone who could
// settle the same again and again would restart the clock of disputes and keep a period from its end. Another version,
// salt or source of the same values is no new fact.
func (in Inputs) Changes(before *Run, totals func(Run) (DayTotals, error)) error {
	if in.Request.Run.Before() == "" || before == nil {
		return nil
	}
	if !in.Repeat(*before) || before.RosterSHA256 != RosterHash(in.Members) {
		earlier, err := totals(*before)
		if err != nil || earlier.ContentSHA256 != in.ContentHash() {
			return err
		}
	}
	return fault.New(fault.NothingChanged, "run %s of %s has the same inputs", before.Run, before.Day)
}

// ContentHash is the SHA-256 of all that a run computes with: generation, members, shares by interval, values and qualities. It is private: it has no salt.
func (in Inputs) ContentHash() string {
	d := digest{Hash: sha256.New()}
	d.numbers(int64(in.Generation().Number), int64(len(in.Days)))
	d.text(RosterHash(in.Members))
	if in.KeyDay != nil {
		d.names(in.KeyDay.Consumers)
		d.names(in.KeyDay.Producers)
		for _, table := range in.KeyDay.Shares {
			for _, row := range table {
				d.numbers(row...)
			}
		}
	}
	for i := range in.Days {
		d.text(in.Days[i].MemberID)
		d.text(in.Days[i].quality())
		d.numbers(in.Days[i].Values...)
	}
	return hex.EncodeToString(d.Sum(nil))
}

// digest hashes what it is given with lengths, so that no two contents look alike.
type digest struct {
	hash.Hash
	buffer []byte
}

func (d *digest) numbers(values ...int64) {
	d.buffer = binary.BigEndian.AppendUint64(d.buffer[:0], uint64(len(values)))
	for _, value := range values {
		d.buffer = binary.BigEndian.AppendUint64(d.buffer, uint64(value))
	}
	d.Write(d.buffer)
}

func (d *digest) names(list []string) {
	d.numbers(int64(len(list)))
	for _, name := range list {
		d.text(name)
	}
}

func (d *digest) text(s string) {
	d.numbers(int64(len(s)))
	d.Write([]byte(s))
}
