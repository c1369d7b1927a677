package contract

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/consent"
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// meterDaysEvent tells for which days meter days were stored, and how many.
type meterDaysEvent struct {
	CommunityID string   `json:"communityId"`
	Days        []string `json:"days"`
	Accepted    int      `json:"accepted"`
}

// SubmitMeterDays stores meter days in the community's collection and a public manifest per local day. Each reading is accepted or rejected by
// itself; if all are rejected, or one is and the request is atomic, the transaction is refused with the first reason.
func (*Contract) SubmitMeterDays(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r settlement.SubmitMeterDaysRequest) (settlement.SubmitMeterDaysAnswer, error) {
		var none settlement.SubmitMeterDaysAnswer
		community, err := load(tx, r.CommunityID)
		if err != nil {
			return none, err
		}
		if !isOperator(tx, community) {
			return none, forbidden(tx, community, "the meter-operator of "+community.Operator)
		}
		return submitReadings(tx, community, metered, r.Atomic)
	})
}

// RecordOfficial stores the operator's official shared energies in the community's collection, beside ours and in the same way as meter days.
func (*Contract) RecordOfficial(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r settlement.RecordOfficialRequest) (settlement.SubmitMeterDaysAnswer, error) {
		var none settlement.SubmitMeterDaysAnswer
		community, err := load(tx, r.CommunityID)
		if err != nil {
			return none, err
		}
		if !isOperator(tx, community) {
			return none, forbidden(tx, community, "the meter-operator of "+community.Operator)
		}
		return submitReadings(tx, community, official, r.Atomic)
	})
}

// kind says where readings of a kind are stored, and by which event they are announced.
type kind struct {
	key       func(community, member, day string, version int) ledger.Key
	manifest  func(community, day, txID string) ledger.Key
	manifests func(community, day string) ledger.Key
	event     string
}

var (
	metered  = kind{meterDayKey, manifestKey, manifestsOf, "settlement.MeterDaysSubmitted"}
	official = kind{officialKey, officialManifestKey, officialManifestsOf, "settlement.OfficialRecorded"}
)

func submitReadings(tx *transaction.Tx, community settlement.Community, of kind, atomic bool) (settlement.SubmitMeterDaysAnswer, error) {
	readings, err := transaction.Private[settlement.Readings](tx, privateReadings)
	if err != nil {
		return settlement.SubmitMeterDaysAnswer{}, err
	}
	now, err := tx.Now()
	if err != nil {
		return settlement.SubmitMeterDaysAnswer{}, err
	}
	s := submission{tx: tx, community: community, kind: of, readings: readings.MeterDays, now: now, entries: map[string][]settlement.ManifestEntry{}}
	return s.store(atomic)
}

// submission is one SubmitMeterDays under way.
type submission struct {
	tx        *transaction.Tx
	community settlement.Community
	kind      kind
	readings  []settlement.Reading
	now       time.Time
	members   []*settlement.Member
	// endings are those of the members' consents, nil while they are in force.
	endings []*consent.Ending
	// stored and before are the private values of the same and of the previous version, nil where there is none here.
	stored, before []*settlement.MeterDay
	// entries are the manifests' entries by local day.
	entries map[string][]settlement.ManifestEntry
	answer  settlement.SubmitMeterDaysAnswer
}

func (s *submission) store(atomic bool) (settlement.SubmitMeterDaysAnswer, error) {
	if err := s.load(); err != nil {
		return s.answer, err
	}
	var first *fault.Error
	for i, reading := range s.readings {
		result, err := s.take(i, reading)
		if err != nil {
			return s.answer, err
		}
		if result.Status == settlement.Rejected && first == nil {
			first = result.Reason.Within("meterDays/" + strconv.Itoa(i))
		}
		s.answer.Add(result)
	}
	if first != nil && (atomic || s.answer.Rejected == len(s.readings)) {
		return s.answer, first
	}
	return s.answer, s.certify()
}

// load reads members, their consents and earlier readings of all readings that can be named, in few round trips. A first version has none before it.
func (s *submission) load() (err error) {
	var named, corrections []int
	var members, same, previous []ledger.Key
	for i, r := range s.readings {
		if r.Address() != nil {
			continue
		}
		named = append(named, i)
		members = append(members, memberKey(s.community.CommunityID, r.MemberID))
		same = append(same, s.kind.key(s.community.CommunityID, r.MemberID, r.Day, r.Version))
		if r.Version > 1 {
			corrections = append(corrections, i)
			previous = append(previous, s.kind.key(s.community.CommunityID, r.MemberID, r.Day, r.Version-1))
		}
	}
	found, err := ledger.GetMany[settlement.Member](s.tx.Ledger, members)
	if err != nil {
		return err
	}
	stored, err := s.meterDays(same)
	if err != nil {
		return err
	}
	before, err := s.meterDays(previous)
	if err != nil {
		return err
	}
	endings, err := s.consents(found)
	if err != nil {
		return err
	}
	s.endings = spread(endings, named, len(s.readings))
	s.members, s.stored, s.before = spread(found, named, len(s.readings)), spread(stored, named, len(s.readings)), spread(before, corrections, len(s.readings))
	return nil
}

// consents reads since when the members' consents allow nothing any more.
func (s *submission) consents(members []*settlement.Member) ([]*consent.Ending, error) {
	var places []int
	var ids []string
	for i, member := range members {
		if member != nil {
			places, ids = append(places, i), append(ids, member.ConsentID)
		}
	}
	endings, err := consents.Endings(s.tx.Ledger, ids)
	if err != nil {
		return nil, err
	}
	return spread(endings, places, len(members)), nil
}

// spread puts what was read for some readings at their places among all.
func spread[T any](values []*T, places []int, n int) []*T {
	all := make([]*T, n)
	for i, place := range places {
		all[place] = values[i]
	}
	return all
}

func (s *submission) meterDays(keys []ledger.Key) ([]*settlement.MeterDay, error) {
	values, err := ledger.GetManyPrivate(s.tx.Ledger, s.community.Collection, keys)
	if err != nil {
		return nil, err
	}
	days := make([]*settlement.MeterDay, len(values))
	for i, value := range values {
		if value == nil {
			continue
		}
		day, err := settlement.UnpackMeterDay(value)
		if err != nil {
			return nil, err
		}
		days[i] = &day
	}
	return days, nil
}

// take decides on one reading and queues it. A value that exists on the ledger but not on this peer looks absent here; the transaction then fails
// at commit, since its read set names the wrong version.
func (s *submission) take(i int, reading settlement.Reading) (settlement.ReadingResult, error) {
	result := settlement.ReadingResult{Index: i, Status: settlement.Accepted}
	if s.members[i] != nil {
		result.MemberID, result.Day = reading.MemberID, reading.Day
	}
	if err := s.complete(i, reading); err != nil {
		return result, err
	}
	day, err := reading.Accept(s.community, s.members[i], s.endings[i], s.before[i], s.now)
	if err == nil && s.stored[i] != nil {
		if s.stored[i].Repeats(reading) {
			result.Status = settlement.Unchanged
			return result, nil
		}
		err = fault.Field(fault.AlreadyExists, "version", "another reading is stored as version %d; submit the correction as the next version", reading.Version)
	}
	if err != nil {
		result.Status, result.Reason = settlement.Rejected, fault.From(err)
		return result, nil
	}
	if flag := reading.Flagged(s.community, s.members[i]); flag != nil {
		result.Status, result.Reason = settlement.Flagged, flag
	}
	value, err := ledger.PutPrivate(s.tx.Ledger, s.community.Collection, s.kind.key(day.CommunityID, day.MemberID, day.Day, day.Version), day)
	if err != nil {
		return result, err
	}
	s.entries[day.Day] = append(s.entries[day.Day], settlement.ManifestEntry{MemberID: day.MemberID, Version: day.Version, SHA256: settlement.Hash(value)})
	return result, nil
}

// complete checks that the version before a correction is not merely absent from this peer.
func (s *submission) complete(i int, reading settlement.Reading) error {
	if reading.Version <= 1 || s.members[i] == nil || s.before[i] != nil {
		return nil
	}
	exists, err := ledger.ExistsPrivate(s.tx.Ledger, s.community.Collection, s.kind.key(s.community.CommunityID, reading.MemberID, reading.Day, reading.Version-1))
	if err == nil && exists {
		err = fault.New(fault.PrivateDataNotHere, "this peer does not hold version %d of a meter day of member %s", reading.Version-1, reading.MemberID)
	}
	return err
}

// certify queues the public manifests, in the order of their days.
func (s *submission) certify() error {
	event := meterDaysEvent{CommunityID: s.community.CommunityID, Accepted: s.answer.Accepted}
	for day := range s.entries {
		event.Days = append(event.Days, day)
	}
	slices.SortFunc(event.Days, cmp.Compare)
	for _, day := range event.Days {
		manifest := settlement.NewManifest(s.community.CommunityID, day, s.entries[day])
		if err := ledger.Put(s.tx.Ledger, s.kind.manifest(s.community.CommunityID, day, s.tx.TxID()), manifest); err != nil {
			return err
		}
	}
	if len(event.Days) == 0 {
		return nil
	}
	return s.tx.Announce(s.kind.event, event)
}
