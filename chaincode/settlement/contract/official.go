package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Differences answers the operator's official values beside those of a run: to who may read the curves, and to a resident the own ones.
func (*Contract) Differences(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r settlement.DifferencesRequest) (settlement.Differences, error) {
		var none settlement.Differences
		community, err := load(tx, r.CommunityID)
		if err != nil {
			return none, err
		}
		if err := mayReadCurves(tx, community, r.MemberID); err != nil {
			return none, err
		}
		run, err := loadRun(tx, settlement.GetRunRequest{CommunityID: r.CommunityID, Day: r.Day, Run: r.Run})
		if err != nil {
			return none, err
		}
		differences, err := compare(tx, community, run, r.MemberID)
		return differences, purged(tx, r.CommunityID, r.Day, err)
	})
}

// mayReadCurves refuses who may not read all curves, or as a resident the member's.
func mayReadCurves(tx *transaction.Tx, community settlement.Community, memberID string) error {
	if tx.Caller.Statement != nil {
		if memberID == "" {
			return fault.Field(fault.MissingField, "memberId", "a resident names the own member")
		}
		return requireOwn(tx, community, memberID)
	}
	allowed, err := readsCurves(tx, community)
	if err == nil && !allowed {
		err = forbidden(tx, community, "its organiser, its meter-operator or an auditor")
	}
	return err
}

func compare(tx *transaction.Tx, community settlement.Community, run settlement.Run, memberID string) (settlement.Differences, error) {
	differences := settlement.Differences{Members: []settlement.MemberDifferences{}}
	days, err := storedReadings(tx, community, official, run.Day, settlement.MeterDaysRequest{MemberID: memberID})
	if err != nil {
		return differences, err
	}
	chunks, err := chunksOf(tx, community.Collection, run)
	if err != nil {
		return differences, err
	}
	leaves, err := leavesOf(tx, community.Collection, run, chunks...)
	if err != nil {
		return differences, err
	}
	for _, day := range days {
		if leaf, settled := leaves[day.MemberID]; settled {
			differences.Add(day, leaf)
		}
	}
	differences.ServedBy, err = ledger.ServedBy()
	return differences, err
}

// storedReadings reads the newest readings of a kind of a day, checked against their manifests, in byte order of the members.
func storedReadings(tx *transaction.Tx, community settlement.Community, of kind, day string, r settlement.MeterDaysRequest) ([]settlement.MeterDay, error) {
	manifests, err := ledger.Scan[settlement.Manifest](tx.Ledger, of.manifests(community.CommunityID, day))
	if err != nil {
		return nil, err
	}
	page, _ := r.Page(settlement.Latest(manifests))
	return openReadings(tx, community, of, day, page)
}

func openReadings(tx *transaction.Tx, community settlement.Community, of kind, day string, entries []settlement.ManifestEntry) ([]settlement.MeterDay, error) {
	keys := make([]ledger.Key, len(entries))
	for i, entry := range entries {
		keys[i] = of.key(community.CommunityID, entry.MemberID, day, entry.Version)
	}
	values, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, keys)
	if err != nil {
		return nil, err
	}
	days := make([]settlement.MeterDay, len(entries))
	for i, entry := range entries {
		if days[i], err = entry.Open(values[i]); err != nil {
			return nil, err
		}
	}
	return days, nil
}

// chunksOf reads all members' results of a run.
func chunksOf(tx *transaction.Tx, collection string, run settlement.Run) (chunks []settlement.Chunk, err error) {
	for number := 0; number*settlement.LeavesPerChunk < run.Leaves; number++ {
		chunk, err := private(tx, collection, chunkKey(run.ResultsID, number), settlement.UnpackChunk)
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, chunk)
	}
	return chunks, nil
}

// leavesOf makes leaves by member from results and the meter days that they came of.
func leavesOf(tx *transaction.Tx, collection string, run settlement.Run, chunks ...settlement.Chunk) (map[string]settlement.Leaf, error) {
	var keys []ledger.Key
	for _, chunk := range chunks {
		for _, result := range chunk.Results {
			keys = append(keys, meterDayKey(run.CommunityID, result.MemberID, run.Day, result.Version))
		}
	}
	values, err := ledger.GetManyPrivate(tx.Ledger, collection, keys)
	if err != nil {
		return nil, err
	}
	leaves := make(map[string]settlement.Leaf, len(keys))
	for _, chunk := range chunks {
		for i, result := range chunk.Results {
			if leaves[result.MemberID], err = leafOf(run, chunk, result, values[i]); err != nil {
				return nil, err
			}
		}
		values = values[len(chunk.Results):]
	}
	return leaves, nil
}

func leafOf(run settlement.Run, chunk settlement.Chunk, result settlement.Result, stored []byte) (settlement.Leaf, error) {
	if stored == nil {
		return settlement.Leaf{}, fault.New(fault.PrivateDataNotHere, "this peer does not hold version %d of the meter day of member %s", result.Version, result.MemberID)
	}
	day, err := settlement.UnpackMeterDay(stored)
	if err != nil {
		return settlement.Leaf{}, err
	}
	return chunk.Leaf(result, settlement.SettleDayRequest{CommunityID: run.CommunityID, Day: run.Day, Run: run.Run}, day)
}

// MeterDays answers a page of curves: to who may read them all, and to a resident the own one.
func (*Contract) MeterDays(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r settlement.MeterDaysRequest) (settlement.MeterDayPage, error) {
		var page settlement.MeterDayPage
		community, err := load(tx, r.CommunityID)
		if err != nil {
			return page, err
		}
		if err := mayReadCurves(tx, community, r.MemberID); err != nil {
			return page, err
		}
		manifests, err := ledger.Scan[settlement.Manifest](tx.Ledger, manifestsOf(r.CommunityID, r.Day))
		if err != nil {
			return page, err
		}
		entries, more := r.Page(settlement.Latest(manifests))
		if page.MeterDays, err = openReadings(tx, community, metered, r.Day, entries); err != nil {
			return page, purged(tx, r.CommunityID, r.Day, err)
		}
		page.More = more
		if page.ServedBy, err = ledger.ServedBy(); err != nil || tx.Caller.Statement != nil {
			return page, err
		}
		page.KeyDay, err = newestKeyDay(tx, community, r.Day)
		return page, err
	})
}

// purged turns the absence of private data into PURGED where the day was purged.
func purged(tx *transaction.Tx, communityID, day string, err error) error {
	if err == nil || fault.From(err).Code != fault.PrivateDataNotHere {
		return err
	}
	purge, found, readErr := ledger.Get[settlement.Purge](tx.Ledger, purgeKey(communityID, day))
	if readErr != nil || !found {
		return err
	}
	return fault.New(fault.Purged, "the private data of %s were purged on %s", day, purge.PurgedAt.Format("2006-01-02"))
}
