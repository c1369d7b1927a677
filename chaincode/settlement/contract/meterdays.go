// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// submitMeterDays stores meter days in the community's collection and a public manifest per local day. Each reading is
// accepted or rejected by itself. If all are rejected, or one is and the request is atomic, the transaction is refused
// with the code of the first reason. Neither the answer nor the error names a reading: CheckMeterDays does.
func submitMeterDays(tx *transaction.Tx, r settlement.SubmitMeterDaysRequest) (settlement.SubmitMeterDaysAnswer, error) {
	return deliver(tx, r.CommunityID, metered, r.Atomic)
}

// recordOfficial stores the grid operator's official shared energies in the community's collection, beside ours and in the same way as meter days.
func recordOfficial(tx *transaction.Tx, r settlement.RecordOfficialRequest) (settlement.SubmitMeterDaysAnswer, error) {
	return deliver(tx, r.CommunityID, official, r.Atomic)
}

// deliver stores the grid operator's readings of a kind.
func deliver(tx *transaction.Tx, communityID string, of kind, atomic bool) (settlement.SubmitMeterDaysAnswer, error) {
	community, err := load(tx, communityID)
	if err != nil {
		return settlement.SubmitMeterDaysAnswer{}, err
	}
	if !isGridOperator(tx, community) {
		return settlement.SubmitMeterDaysAnswer{}, forbidden(tx, community, "the meter-operator of "+community.GridOperator)
	}
	s, err := submitted(tx, community, of)
	if err != nil {
		return settlement.SubmitMeterDaysAnswer{}, err
	}
	return s.store(atomic)
}

// submitted reads the readings of a transaction that stores them: anything that is wrong with them as a whole is
// refused without a word on their content.
func submitted(tx *transaction.Tx, community settlement.Community, of kind) (*submission, error) {
	readings, err := transaction.Private[settlement.Readings](tx, privateReadings)
	if err != nil {
		return nil, unnamed(err, queryMeterDays)
	}
	return newSubmission(tx, community, of, readings)
}

func newSubmission(tx *transaction.Tx, community settlement.Community, of kind, readings settlement.Readings) (*submission, error) {
	now, err := tx.Now()
	return &submission{
		tx: tx, community: community, kind: of, readings: readings.MeterDays, now: now, accepted: map[string][]settlement.MeterDay{},
	}, err
}

// checkMeterDays answers what becomes of each reading and why: what the answer of a transaction that stores readings,
// which is in a block, must not tell.
func checkMeterDays(tx *transaction.Tx, r settlement.CheckMeterDaysRequest) (settlement.ReadingResults, error) {
	results := settlement.ReadingResults{Readings: []settlement.ReadingResult{}}
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return results, err
	}
	if !isGridOperator(tx, community) {
		return results, forbidden(tx, community, "the meter-operator of "+community.GridOperator)
	}
	readings, err := transaction.Private[settlement.Readings](tx, privateReadings)
	if err != nil {
		return results, err
	}
	of := metered
	if r.Official {
		of = official
	}
	s, err := newSubmission(tx, community, of, readings)
	if err != nil {
		return results, err
	}
	if results.Readings, err = s.check(); err != nil {
		return results, err
	}
	return results, nil
}

// check returns the outcome of the readings that are not simply stored.
func (s *submission) check() ([]settlement.ReadingResult, error) {
	results := []settlement.ReadingResult{}
	if err := s.load(); err != nil {
		return results, err
	}
	for i, reading := range s.readings {
		result := s.take(i, reading)
		result.MemberID, result.Day = reading.MemberID, reading.Day
		if flag := reading.Flagged(s.community, s.members[i]); flag != nil && result.Status == settlement.Unchanged {
			result.Status, result.Reason = settlement.Flagged, flag
		}
		if result.Status == settlement.Rejected || result.Status == settlement.Flagged {
			results = append(results, result)
		}
	}
	return results, nil
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
	endings []*consent.Termination
	// versions are what is stored of the readings' days, and purges by day those that were purged.
	versions settlement.Versions
	purges   map[string]*settlement.Purge
	// stored are the private values of the same versions, nil where there is none.
	stored []*settlement.MeterDay
	// accepted are the meter days to store by local day.
	accepted map[string][]settlement.MeterDay
	answer   settlement.SubmitMeterDaysAnswer
}

func (s *submission) store(atomic bool) (settlement.SubmitMeterDaysAnswer, error) {
	if err := s.load(); err != nil {
		return s.answer, err
	}
	var first *fault.Error
	for i, reading := range s.readings {
		result := s.take(i, reading)
		if result.Status == settlement.Rejected && first == nil {
			first = result.Reason
		}
		s.answer.Add(result)
	}
	if first != nil && (atomic || s.answer.Rejected == len(s.readings)) {
		return s.answer, unnamed(first, queryMeterDays)
	}
	return s.answer, s.certify()
}

// load reads members, their consents and what is stored of the days, for all readings that can be named, in few round trips.
func (s *submission) load() error {
	var named []int
	var members []ledger.Key
	var days []string
	for i, r := range s.readings {
		if r.Address() != nil {
			continue
		}
		named = append(named, i)
		members = append(members, memberKey(s.community.CommunityID, r.MemberID))
		days = append(days, r.Day)
	}
	found, err := ledger.GetMany[settlement.Member](s.tx.Ledger, members)
	if err != nil {
		return err
	}
	endings, err := s.consents(found)
	if err != nil {
		return err
	}
	s.members, s.endings = spread(found, named, len(s.readings)), spread(endings, named, len(s.readings))
	slices.Sort(days)
	if err := s.loadDays(slices.Compact(days)); err != nil {
		return err
	}
	return s.loadStored(named)
}

// loadDays reads what is stored of the days. A transaction that stores more of them meanwhile is a conflict.
func (s *submission) loadDays(days []string) error {
	var entries []settlement.ManifestEntry
	for _, day := range days {
		filed, err := s.kind.filed(s.tx, s.community.CommunityID, day)
		if err != nil {
			return err
		}
		entries = append(entries, filed...)
	}
	s.versions = settlement.VersionsOf(entries)
	var err error
	s.purges, err = purgesOf(s.tx, s.community.CommunityID, days)
	return err
}

// loadStored reads the meter days that some readings repeat or contradict.
func (s *submission) loadStored(named []int) error {
	var places []int
	var entries []settlement.ManifestEntry
	for _, i := range named {
		r := s.readings[i]
		if entry, found := s.versions.Find(r.MemberID, r.Day, r.Version); found && s.purges[r.Day] == nil {
			places, entries = append(places, i), append(entries, entry)
		}
	}
	days, err := s.kind.open(s.tx, s.community, entries)
	if err != nil {
		return err
	}
	s.stored = make([]*settlement.MeterDay, len(s.readings))
	for i, place := range places {
		s.stored[place] = &days[i]
	}
	return nil
}

// consents reads since when the members' consents allow nothing any more. Which consents these are is private.
func (s *submission) consents(members []*settlement.Member) ([]*consent.Termination, error) {
	places, once := map[*settlement.Member]int{}, []*settlement.Member(nil)
	for _, member := range members {
		if _, seen := places[member]; member != nil && !seen {
			places[member] = len(once)
			once = append(once, member)
		}
	}
	known, err := know(s.tx, s.community, once)
	if err != nil {
		return nil, err
	}
	refs := make([]consent.ConsentRef, len(known))
	for i, member := range known {
		*once[i], refs[i] = member, member.Consent()
	}
	endings, err := consents.EndingsOf(s.tx.Ledger, refs)
	if err != nil {
		return nil, err
	}
	all := make([]*consent.Termination, len(members))
	for i, member := range members {
		if member != nil {
			all[i] = endings[places[member]]
		}
	}
	return all, nil
}

// spread puts what was read for some readings at their places among all.
func spread[T any](values []*T, places []int, n int) []*T {
	all := make([]*T, n)
	for i, place := range places {
		all[place] = values[i]
	}
	return all
}

// take decides on one reading.
func (s *submission) take(i int, reading settlement.Reading) settlement.ReadingResult {
	result := settlement.ReadingResult{Index: i, Status: settlement.Accepted}
	_, follows := s.versions.Find(reading.MemberID, reading.Day, reading.Version-1)
	day, err := reading.Accept(s.community, s.members[i], s.endings[i], follows, s.now)
	if err == nil {
		if s.stored[i] != nil && s.stored[i].Repeats(reading) {
			result.Status = settlement.Unchanged
			return result
		}
		err = s.free(i, reading)
	}
	if err != nil {
		result.Status, result.Reason = settlement.Rejected, fault.From(err)
		return result
	}
	if flag := reading.Flagged(s.community, s.members[i]); flag != nil {
		result.Status, result.Reason = settlement.Flagged, flag
	}
	s.accepted[day.Day] = append(s.accepted[day.Day], day)
	return result
}

// free refuses a reading whose place is taken, or whose day was purged: what came after a purge would stay for ever.
func (s *submission) free(i int, reading settlement.Reading) error {
	if purge := s.purges[reading.Day]; purge != nil {
		return purge.Refusal()
	}
	if s.stored[i] != nil {
		return fault.Field(fault.AlreadyExists, "version", "another reading is stored as version %d; submit the correction as the next version", reading.Version)
	}
	return nil
}

// certify queues the meter days and their public manifests, in the order of their days.
func (s *submission) certify() error {
	event := settlement.MeterDaysAnnouncement{CommunityID: s.community.CommunityID}
	for day := range s.accepted {
		event.Days = append(event.Days, day)
	}
	slices.Sort(event.Days)
	for _, day := range event.Days {
		if err := s.kind.file(s.tx, s.community, day, s.accepted[day]); err != nil {
			return err
		}
	}
	if len(event.Days) == 0 {
		return nil
	}
	return s.tx.Announce(s.kind.event, event)
}

// kind describes where readings of a kind are stored, and by which event they are announced.
type kind struct {
	chunk     func(community string, chunk settlement.ChunkID) ledger.Key
	manifest  func(community, day, txID string) ledger.Key
	manifests func(community, day string) ledger.Key
	event     string
}

var (
	metered  = kind{meterDaysKey, manifestKey, manifestsOf, "settlement.MeterDaysSubmitted"}
	official = kind{officialKey, officialManifestKey, officialManifestsOf, "settlement.OfficialRecorded"}
)

// file queues what the transaction stores of a local day, and the manifest that certifies it.
func (k kind) file(tx *transaction.Tx, community settlement.Community, day string, days []settlement.MeterDay) error {
	manifest, chunks := settlement.File(community.CommunityID, day, tx.TxID(), days)
	for i, chunk := range chunks {
		if _, err := ledger.PutPrivate(tx.Ledger, community.Collection, k.chunk(community.CommunityID, manifest.Chunk(i)), chunk); err != nil {
			return err
		}
	}
	return ledger.Put(tx.Ledger, k.manifest(community.CommunityID, day, tx.TxID()), manifest)
}

// filed are the entries of all that is stored of a local day.
func (k kind) filed(tx *transaction.Tx, community, day string) ([]settlement.ManifestEntry, error) {
	manifests, err := ledger.Scan[settlement.Manifest](tx.Ledger, k.manifests(community, day))
	return settlement.Entries(manifests), err
}

// open reads what the entries certify, each chunk once.
func (k kind) open(tx *transaction.Tx, community settlement.Community, entries []settlement.ManifestEntry) ([]settlement.MeterDay, error) {
	places := map[settlement.ChunkID]int{}
	var keys []ledger.Key
	for _, entry := range entries {
		if _, known := places[entry.Place.Chunk]; !known {
			places[entry.Place.Chunk] = len(keys)
			keys = append(keys, k.chunk(community.CommunityID, entry.Place.Chunk))
		}
	}
	values, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, keys)
	if err != nil {
		return nil, err
	}
	chunks := make([]settlement.Records, len(values))
	for i, value := range values {
		chunks[i] = settlement.ReadRecords(value)
	}
	days := make([]settlement.MeterDay, len(entries))
	for i, entry := range entries {
		if days[i], err = entry.Open(chunks[places[entry.Place.Chunk]]); err != nil {
			return nil, err
		}
	}
	return days, nil
}

// purge queues the purge of all versions of the day.
func (k kind) purge(tx *transaction.Tx, community settlement.Community, day string) error {
	manifests, err := ledger.Scan[settlement.Manifest](tx.Ledger, k.manifests(community.CommunityID, day))
	if err != nil {
		return err
	}
	for _, manifest := range manifests {
		for i := range manifest.Chunks {
			if err := ledger.PurgePrivate(tx.Ledger, community.Collection, k.chunk(community.CommunityID, manifest.Chunk(i))); err != nil {
				return err
			}
		}
	}
	return nil
}
