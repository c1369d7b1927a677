package contract

import (
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/party"
)

// load reads a record that must exist; field and id name it in the refusal.
func load[T any](l *ledger.Ledger, where ledger.Key, field, id string) (T, error) {
	record, found, err := ledger.Get[T](l, where)
	if err == nil && !found {
		err = fault.Field(fault.NotFound, field, "there is no %s", id)
	}
	return record, err
}

func loadDataset(l *ledger.Ledger, datasetID string) (licensing.Dataset, error) {
	return load[licensing.Dataset](l, datasetKey(datasetID), "datasetId", datasetID)
}

func loadNegotiation(l *ledger.Ledger, negotiationID string) (licensing.Negotiation, error) {
	return load[licensing.Negotiation](l, negotiationKey(negotiationID), "negotiationId", negotiationID)
}

func loadDecision(l *ledger.Ledger, decisionID string) (licensing.Decision, error) {
	return load[licensing.Decision](l, decisionKey(decisionID), "decisionId", decisionID)
}

// loadOffer reads an offer and whether it was withdrawn.
func loadOffer(l *ledger.Ledger, offerID string) (view licensing.OfferView, err error) {
	if err = l.Prefetch(offerKey(offerID), withdrawalKey(offerID)); err != nil {
		return view, err
	}
	if view.Offer, err = load[licensing.Offer](l, offerKey(offerID), "offerId", offerID); err != nil {
		return view, err
	}
	view.Withdrawal, err = load[licensing.Withdrawal](l, withdrawalKey(offerID), "offerId", offerID)
	return view, err
}

// loadLicence reads a licence with all that decides whether it is in force, in few round trips; where the named purposes stand in its taxonomy is read ahead.
func loadLicence(l *ledger.Ledger, agreementID string, purposes ...string) (licensing.Licence, error) {
	var licence licensing.Licence
	if err := l.Prefetch(agreementKey(agreementID), inForceKey(agreementID), endingKey(agreementID, licensing.Provider), endingKey(agreementID, licensing.Consumer)); err != nil {
		return licence, err
	}
	agreement, err := load[licensing.Agreement](l, agreementKey(agreementID), "agreementId", agreementID)
	if err != nil {
		return licence, err
	}
	licence.Agreement = agreement
	if licence.Terms, err = agreement.Read(); err != nil {
		return licence, err
	}
	if licence.Provider, err = load[licensing.Ending](l, endingKey(agreementID, licensing.Provider), "agreementId", agreementID); err != nil {
		return licence, err
	}
	if licence.Consumer, err = load[licensing.Ending](l, endingKey(agreementID, licensing.Consumer), "agreementId", agreementID); err != nil {
		return licence, err
	}
	ahead := []ledger.Key{datasetKey(agreement.Target)}
	for _, purpose := range purposes {
		ahead = append(ahead, consents.LineageKey(agreement.PurposesVersion, purpose))
	}
	if err := l.Prefetch(ahead...); err != nil {
		return licence, err
	}
	if licence.Dataset, err = loadDataset(l, agreement.Target); err != nil {
		return licence, err
	}
	inForce, found, err := ledger.Get[licensing.InForce](l, inForceKey(agreementID))
	if found {
		licence.InForce = &inForce
	}
	if err != nil {
		return licence, err
	}
	licence.Granted, err = isGranted(l, licence)
	return licence, err
}

// isGranted asks for the owner's grant: of the agreement or, once it is in force, of its coming into force, which names it. A resident's stored statement is
// verified instead.
func isGranted(l *ledger.Ledger, licence licensing.Licence) (bool, error) {
	if licensing.IsResident(licence.Assigner) {
		return proven(l, licence)
	}
	if licence.InForce == nil {
		return granted(l, licence.Agreement, licence.Assigner, grantAgreement, licence.AgreementID)
	}
	same, err := licence.InForce.Of(licence.Agreement)
	if err != nil || !same {
		return false, err
	}
	return granted(l, *licence.InForce, licence.Assigner, grantInForce, licence.AgreementID)
}

// proven verifies the statement by which a resident agreed, at the time of the agreement.
func proven(l *ledger.Ledger, licence licensing.Licence) (bool, error) {
	if licence.Proof == "" {
		return false, nil
	}
	signed, err := party.VerifyAgain(licence.Proof, party.Audience(l.Network(), l.Channel()))
	if err != nil {
		return false, nil //nolint:nilerr // a statement that does not verify is no proof; it is no failure of this transaction
	}
	spoke, err := consents.Spoke(l, signed, licence.Timestamp)
	if err != nil || !spoke {
		return false, err
	}
	if signed.Subject, err = consents.BelongsTo(l, signed); err != nil {
		return false, err
	}
	return licence.Proves(licensing.Said{Subject: signed.Subject, Transaction: signed.Transaction, Request: signed.Request}, licence.Dataset), nil
}

// purposes is a version of the taxonomy as policies read it.
func purposes(l *ledger.Ledger, version int) (*odrl.Hierarchy, error) {
	taxonomy, err := consents.Purposes(l, version)
	return licensing.Purposes(taxonomy.Terms), err
}

// lineage is what a version of the taxonomy says of one purpose, which is all that a decision about it needs.
func lineage(l *ledger.Ledger, version int, purpose string) (*odrl.Hierarchy, error) {
	known, found, err := consents.Lineage(l, version, purpose)
	if err != nil || !found {
		return licensing.Purposes(nil), err
	}
	return licensing.Lineage(known), nil
}

// resolve reads the records that references name, in one round trip.
func resolve[T any](l *ledger.Ledger, references []reference, where func(id string) ledger.Key) ([]T, error) {
	keys := make([]ledger.Key, len(references))
	for i, r := range references {
		keys[i] = where(r.ID)
	}
	found, err := ledger.GetMany[T](l, keys)
	if err != nil {
		return nil, err
	}
	records := make([]T, len(found))
	for i, record := range found {
		if record == nil {
			return nil, fault.New(fault.Internal, "the record %s is missing", references[i].ID)
		}
		records[i] = *record
	}
	return records, nil
}
