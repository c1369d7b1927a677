// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// communityKey holds a settlement.Community; written by CreateCommunity, ReplaceTerms, ChangeKey and ChangeTariff.
func communityKey(community string) ledger.Key {
	return ledger.Key{Type: "settlement.community", Attributes: []string{community}}
}

// allCommunities is the prefix of all communities.
var allCommunities = ledger.Key{Type: "settlement.community"}

// memberKey holds a settlement.Member; written by AddMember, ConfirmMember and EndMember.
func memberKey(community, member string) ledger.Key {
	return ledger.Key{Type: "settlement.member", Attributes: []string{community, member}}
}

// endAssentKey holds the newest settlement.EndAssent of a member; written by AssentToEnd.
func endAssentKey(community, member string) ledger.Key {
	return ledger.Key{Type: "settlement.endAssent", Attributes: []string{community, member}}
}

// membersOf is the prefix of all members of a community.
func membersOf(community string) ledger.Key {
	return ledger.Key{Type: "settlement.member", Attributes: []string{community}}
}

// rosterMarkKey holds a settlement.RosterMark; written by ConfirmMember and EndMember, removed by SettleDay.
func rosterMarkKey(mark settlement.RosterMark) ledger.Key {
	return ledger.Key{Type: "settlement.rosterMark", Attributes: []string{mark.CommunityID, mark.MemberID}}
}

// rosterMarksOf is the prefix of all marks since the copy of a community's roster.
func rosterMarksOf(community string) ledger.Key {
	return ledger.Key{Type: "settlement.rosterMark", Attributes: []string{community}}
}

// pointKey holds a settlement.Point: all uses of one of the grid operator's metering points in one direction, in all
// communities; written by ConfirmMember and EndMember. Another grid operator's community has keys of its own, so it takes
// nobody's point.
func pointKey(operator, pointRef string, direction settlement.Direction) ledger.Key {
	return ledger.Key{Type: "settlement.point", Attributes: []string{operator, pointRef, string(direction)}}
}

// manifestKey holds a settlement.Manifest; written once by each SubmitMeterDays and local day, so that no two
// transactions share a key.
func manifestKey(community, day, txID string) ledger.Key {
	return ledger.Key{Type: "settlement.manifest", Attributes: []string{community, day, txID}}
}

// manifestsOfAll is the prefix of all manifests of a community.
func manifestsOfAll(community string) ledger.Key {
	return ledger.Key{Type: "settlement.manifest", Attributes: []string{community}}
}

// manifestsOf is the prefix of all manifests of a local day.
func manifestsOf(community, day string) ledger.Key {
	return ledger.Key{Type: "settlement.manifest", Attributes: []string{community, day}}
}

// keyRecordKey holds a settlement.KeyDayRecord, the newest one of the day; written by SubmitKeyDay.
func keyRecordKey(community, day string) ledger.Key {
	return ledger.Key{Type: "settlement.key", Attributes: []string{community, day}}
}

// keyRecordsOf is the prefix of all shares by interval of a community.
func keyRecordsOf(community string) ledger.Key {
	return ledger.Key{Type: "settlement.key", Attributes: []string{community}}
}

// runKey holds a settlement.Run; written by SettleDay.
func runKey(community, day string, run settlement.RunID) ledger.Key {
	return ledger.Key{Type: "settlement.run", Attributes: []string{community, day, string(run)}}
}

// runsOf is the prefix of all runs of a community, in the order of their days.
func runsOf(community string) ledger.Key {
	return ledger.Key{Type: "settlement.run", Attributes: []string{community}}
}

// runsOfDay is the prefix of all runs of a day.
func runsOfDay(community, day string) ledger.Key {
	return ledger.Key{Type: "settlement.run", Attributes: []string{community, day}}
}

// officialManifestKey holds a settlement.Manifest of official values; written once by each RecordOfficial and local
// day.
func officialManifestKey(community, day, txID string) ledger.Key {
	return ledger.Key{Type: "settlement.officialManifest", Attributes: []string{community, day, txID}}
}

// officialManifestsOf is the prefix of all manifests of official values of a local day.
func officialManifestsOf(community, day string) ledger.Key {
	return ledger.Key{Type: "settlement.officialManifest", Attributes: []string{community, day}}
}

// periodKey holds a settlement.Period; written by ClosePeriod and FinalizePeriod.
func periodKey(community, period string, phase settlement.Phase) ledger.Key {
	return ledger.Key{Type: "settlement.period", Attributes: []string{community, period, string(phase)}}
}

// periodsOf is the prefix of all periods of a community.
func periodsOf(community string) ledger.Key {
	return ledger.Key{Type: "settlement.period", Attributes: []string{community}}
}

// phasesOfPeriod is the prefix of all phases of a period.
func phasesOfPeriod(community, period string) ledger.Key {
	return ledger.Key{Type: "settlement.period", Attributes: []string{community, period}}
}

// disputeKey holds a settlement.Dispute; written by RaiseDispute and ResolveDispute.
func disputeKey(community, period, dispute string) ledger.Key {
	return ledger.Key{Type: "settlement.dispute", Attributes: []string{community, period, dispute}}
}

// disputeSlotKey holds the settlement.DisputeSlot of a lasting dispute; written by RaiseDispute, removed by
// ResolveDispute.
func disputeSlotKey(d settlement.Dispute) ledger.Key {
	return ledger.Key{Type: "settlement.disputeSlot", Attributes: []string{d.CommunityID, d.Period, d.MemberID, string(d.Side), string(d.Reason)}}
}

// disputesOf is the prefix of all disputes of a period.
func disputesOf(community, period string) ledger.Key {
	return ledger.Key{Type: "settlement.dispute", Attributes: []string{community, period}}
}

// paymentKey holds a settlement.Payment; written by ConfirmPayment.
func paymentKey(community, period string, phase settlement.Phase, party string) ledger.Key {
	return ledger.Key{Type: "settlement.payment", Attributes: []string{community, period, string(phase), party}}
}

// purgeKey holds a settlement.Purge; written by PurgeMeterDays.
func purgeKey(community, day string) ledger.Key {
	return ledger.Key{Type: "settlement.purge", Attributes: []string{community, day}}
}

// The private keys hold the community's id, random ids and dates only: their hashes are unsalted in every block. The
// community is part of them because communities share a collection, and a member's id is random by advice, not by
// force.

// memberPrivateKey holds a settlement.MemberPrivate in the community's collection; written by AddMember.
func memberPrivateKey(community, member string) ledger.Key {
	return ledger.Key{Type: "settlement.member", Attributes: []string{community, member}}
}

// rosterKey holds a settlement.Roster in the community's collection; written by SettleDay.
func rosterKey(community string) ledger.Key {
	return ledger.Key{Type: "settlement.roster", Attributes: []string{community}}
}

// meterDaysKey holds settlement.Records in the community's collection; written once by SubmitMeterDays, under its
// transaction's id.
func meterDaysKey(community string, chunk settlement.ChunkID) ledger.Key {
	return ledger.Key{Type: "settlement.meterDays", Attributes: []string{community, chunk.Day, chunk.TxID, strconv.Itoa(chunk.Number)}}
}

// officialKey holds settlement.Records of official shared energies in the community's collection; written once by
// RecordOfficial, under its transaction's id.
func officialKey(community string, chunk settlement.ChunkID) ledger.Key {
	return ledger.Key{Type: "settlement.official", Attributes: []string{community, chunk.Day, chunk.TxID, strconv.Itoa(chunk.Number)}}
}

// billsKey holds settlement.Bills in the community's collection; written by ClosePeriod, under its transaction's id.
func billsKey(resultsID string, chunk int) ledger.Key {
	return ledger.Key{Type: "settlement.bills", Attributes: []string{resultsID, strconv.Itoa(chunk)}}
}

// summaryKey holds a settlement.Summary in the community's collection; written by SettleDay and ClosePeriod, under
// their transaction's id.
func summaryKey(resultsID string) ledger.Key {
	return ledger.Key{Type: "settlement.summary", Attributes: []string{resultsID}}
}

// totalsKey holds a settlement.DayTotals in the community's collection; written by SettleDay, under its transaction's
// id.
func totalsKey(resultsID string) ledger.Key {
	return ledger.Key{Type: "settlement.totals", Attributes: []string{resultsID}}
}

// readsRecordKey holds a settlement.ReadsRecord; written once by RecordReads.
func readsRecordKey(record settlement.ReadsRecord) ledger.Key {
	key := readsRecordsOf(record.CommunityID, record.Period)
	key.Attributes = append(key.Attributes, record.ResultsID)
	return key
}

// readsRecordsOf is the prefix of all reads that were recorded in a month.
func readsRecordsOf(community, period string) ledger.Key {
	return ledger.Key{Type: "settlement.reads", Attributes: []string{community, period}}
}

// readsKey holds settlement.ReadUses in the community's collection; written once by RecordReads, under its
// transaction's id.
func readsKey(resultsID string) ledger.Key {
	return ledger.Key{Type: "settlement.reads", Attributes: []string{resultsID}}
}

// figuresKey holds settlement.Figures; written once by PublishFigures.
func figuresKey(figures settlement.PublishFiguresRequest) ledger.Key {
	key := figuresOf(figures.Period, figures.CommunityID)
	key.Attributes = append(key.Attributes, strconv.Itoa(figures.Correction))
	return key
}

// figuresOf is the prefix of a community's published figures of a month, or of all communities' if none is named.
func figuresOf(period string, community ...string) ledger.Key {
	return ledger.Key{Type: "settlement.figures", Attributes: append([]string{period}, community...)}
}

// lastFiguresKey holds the settlement.Figures that a community published last; written by PublishFigures.
func lastFiguresKey(community string) ledger.Key {
	return ledger.Key{Type: "settlement.figuresLast", Attributes: []string{community}}
}

// figureSetKey holds a settlement.FigureSet; written once by PublishFigures.
func figureSetKey(set settlement.FigureSet) ledger.Key {
	return ledger.Key{Type: "settlement.figureSet", Attributes: []string{string(set.Side), set.SetID}}
}

// figurePersonsKey holds settlement.FigurePersons in the community's collection; written once by PublishFigures, under
// its transaction's id.
func figurePersonsKey(set settlement.FigureSet) ledger.Key {
	return ledger.Key{Type: "settlement.figurePersons", Attributes: []string{set.SetID, string(set.Side)}}
}

// figureSetsOf is the prefix of all sets of a side, of all communities.
func figureSetsOf(side settlement.Direction) ledger.Key {
	return ledger.Key{Type: "settlement.figureSet", Attributes: []string{string(side)}}
}

// agreementKey holds a settlement.FigureAgreement; written by AgreeToFigures.
func agreementKey(community, member string) ledger.Key {
	return ledger.Key{Type: "settlement.figuresAgreement", Attributes: []string{community, member}}
}

// agreementEndKey holds the settlement.FigureAgreement that ends the one with the id of its signed request; written
// once by AgreeToFigures.
func agreementEndKey(community, member, id string) ledger.Key {
	return ledger.Key{Type: "settlement.figuresAgreementEnd", Attributes: []string{community, member, id}}
}

// agreementsOf is the prefix of all agreements to figures in a community.
func agreementsOf(community string) ledger.Key {
	return ledger.Key{Type: "settlement.figuresAgreement", Attributes: []string{community}}
}

// keyDayKey holds a settlement.KeyDay in the community's collection; written once by SubmitKeyDay.
func keyDayKey(community, day string, version int) ledger.Key {
	return ledger.Key{Type: "settlement.keyDay", Attributes: []string{community, day, strconv.Itoa(version)}}
}

// chunkKey holds a settlement.Chunk in the community's collection; written by SettleDay, under its transaction's id.
func chunkKey(resultsID string, chunk int) ledger.Key {
	return ledger.Key{Type: "settlement.results", Attributes: []string{resultsID, strconv.Itoa(chunk)}}
}
