// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Readable is what a person or a program reads of a load profile.
type Readable string

// Read is one member's load profile that was read, or what was computed from it.
type Read struct {
	MemberID string   `json:"memberId"`
	What     Readable `json:"what"`
	Days     []string `json:"days,omitempty"`
	Period   string   `json:"period,omitempty"`
}

func (r Read) validate() error {
	if err := request.All(request.ID("memberId", r.MemberID),
		request.OneOf("what", r.What, ReadMeterDays, ReadStatement, ReadDifferences, ReadBill, ReadReport, ReadAudit),
		request.Optional("period", r.Period, func(_, period string) error { return month(period) })); err != nil {
		return err
	}
	if (len(r.Days) == 0) == (r.Period == "") || len(r.Days) > MaxDays {
		return fault.Field(fault.InvalidField, "days", "name 1 to %d days, or a period", MaxDays)
	}
	for _, day := range r.Days {
		if err := date("days", day); err != nil {
			return err
		}
	}
	return nil
}

// Reads are the private input of RecordReads.
type Reads struct {
	// Salt is random, 16 to 64 bytes in lower-case hex.
	Salt  string `json:"salt"`
	Reads []Read `json:"reads"`
}

// Validate checks the reads by themselves.
func (r Reads) Validate() error {
	if len(r.Reads) == 0 || len(r.Reads) > MaxReads {
		return fault.Field(fault.OutOfRange, "reads", "record 1 to %d reads in a transaction", MaxReads)
	}
	for i, read := range r.Reads {
		if err := read.validate(); err != nil {
			return fault.From(err).Within(fmt.Sprintf("reads/%d", i))
		}
	}
	return request.Salt("salt", r.Salt)
}

// Record makes the uses of the reads. auditor reports whether the reader is neither the organiser nor the grid
// operator.
func (r Reads) Record(
	communityID, by, txID string, auditor bool, at time.Time, members []Member,
) (ReadsRecord, ReadUses, error) {
	record := ReadsRecord{
		Schema: SchemaVersion, CommunityID: communityID, Period: at.Format("2006-01"),
		UsesRoot: UsesRoot{ResultsID: txID, By: by, At: at},
	}
	stored, consents := ReadUses{Schema: SchemaVersion}, consentsOf(members)
	salts, err := newSalter(r.Salt, txID)
	if err != nil {
		return record, stored, err
	}
	for i, read := range r.Reads {
		consent, known := consents[read.MemberID]
		if !known {
			return record, stored, fault.Field(
				fault.NotFound, fmt.Sprintf("reads/%d/memberId", i), "no such member in community %s", communityID,
			)
		}
		of := UseOf{
			Activity: LookingUp, At: at, By: by, CommunityID: communityID, LegalBasis: onContract,
			RecordID: txID, Days: read.Days, Period: read.Period,
		}
		if read.What == ReadAudit {
			of.Activity = Auditing
		}
		if auditor {
			of.LegalBasis = onDuty
		}
		use := of.of(read.MemberID, consent, salts.of(strconv.Itoa(i))) // a member may be in several reads
		use.What = read.What
		stored.Uses = append(stored.Uses, use)
	}
	record.Uses = len(stored.Uses)
	record.UsesRoot.UsesRoot, err = usesRoot(stored.Uses)
	return record, stored, err
}

// MaxReads is how many reads one transaction records.
const MaxReads = 5000

// RecordReadsRequest records what the caller read; what and of whom comes by the transient map as Reads.
type RecordReadsRequest struct {
	CommunityID string `json:"communityId"`
}

// Validate checks the request by itself.
func (r RecordReadsRequest) Validate() error { return request.ID("communityId", r.CommunityID) }

// ReadsRecord is the public trace of a batch of reads.
type ReadsRecord struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	// Period is the month in which the reads were recorded.
	Period string `json:"period"`
	UsesRoot
}

// ReadUses are a recorded batch of reads as it is stored in the community's collection.
type ReadUses struct {
	Schema int   `json:"schema"`
	Uses   []Use `json:"uses"`
}

// UsesBy are the member's uses of the batch.
func (r ReadUses) UsesBy(record ReadsRecord, memberID string) ([]ProvenUse, error) {
	return prove(r.Uses, memberID, record.UsesRoot.UsesRoot)
}

// ReadReadUses reads a stored batch of reads.
func ReadReadUses(value []byte) (r ReadUses, err error) {
	if err := json.Unmarshal(value, &r); err != nil {
		return r, fmt.Errorf("read recorded reads: %w", err)
	}
	return r, nil
}

// ListReadsRequest asks for the public traces of the reads that were recorded in a month.
type ListReadsRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListReadsRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), month(r.Period), r.Check())
}

// ReadsRecords are a page of the traces of a month.
type ReadsRecords struct {
	Records  []ReadsRecord `json:"records"`
	Bookmark string        `json:"bookmark,omitempty"`
}
