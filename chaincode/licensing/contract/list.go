package contract

import (
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// page reads a page of an index and the records that it names.
func page[T any](l *ledger.Ledger, prefix ledger.Key, listing request.Listing, where func(id string) ledger.Key) ([]T, string, error) {
	references, bookmark, err := ledger.Page[reference](l, prefix, listing.Size(), listing.Bookmark)
	if err != nil {
		return nil, "", err
	}
	records, err := resolve[T](l, references, where)
	return records, bookmark, err
}

// getDataset answers a dataset.
func getDataset(tx *transaction.Tx, r licensing.DatasetRequest) (licensing.DatasetView, error) {
	return loadDataset(tx.Ledger, r.DatasetID)
}

// listDatasets answers a page of datasets, all or those under a theme, a keyword or an owner.
func listDatasets(tx *transaction.Tx, r licensing.ListDatasetsRequest) (licensing.DatasetPage, error) {
	return datasets(tx.Ledger, r)
}

func datasets(l *ledger.Ledger, r licensing.ListDatasetsRequest) (answer licensing.DatasetPage, err error) {
	var listed []licensing.Dataset
	if place, found := r.Place(); found {
		listed, answer.Bookmark, err = page[licensing.Dataset](l, placesOf(place), r.Listing, datasetKey)
	} else {
		listed, answer.Bookmark, err = ledger.Page[licensing.Dataset](l, allDatasets, r.Size(), r.Bookmark)
	}
	if err != nil {
		return answer, err
	}
	answer.Datasets, err = viewDatasets(l, listed)
	return answer, err
}

// catalogue answers a page of datasets with the offers on them, as DCAT-AP in JSON-LD.
func catalogue(tx *transaction.Tx, r licensing.ListDatasetsRequest) (licensing.Catalogue, error) {
	listed, err := datasets(tx.Ledger, r)
	if err != nil {
		return licensing.Catalogue{}, err
	}
	offers := make([][]licensing.OfferView, len(listed.Datasets))
	for i, dataset := range listed.Datasets {
		if offers[i], _, err = offersPage(tx.Ledger, licensing.ListOffersRequest{DatasetID: dataset.DatasetID, Listing: firstOffers}); err != nil {
			return licensing.Catalogue{}, err
		}
	}
	return licensing.NewCatalogue(tx.Channel(), listed, offers), nil
}

// firstOffers bounds the offers that the catalogue shows beside a dataset.
var firstOffers = request.Listing{PageSize: 20}

// getOffer answers an offer.
func getOffer(tx *transaction.Tx, r licensing.OfferRequest) (licensing.OfferView, error) {
	return loadOffer(tx.Ledger, r.OfferID)
}

// listOffers answers a page of the offers on a dataset.
func listOffers(tx *transaction.Tx, r licensing.ListOffersRequest) (licensing.OfferPage, error) {
	offers, bookmark, err := offersPage(tx.Ledger, r)
	return licensing.OfferPage{Offers: offers, Bookmark: bookmark}, err
}

func offersPage(l *ledger.Ledger, r licensing.ListOffersRequest) ([]licensing.OfferView, string, error) {
	references, bookmark, err := ledger.Page[reference](l, offersOn(r.DatasetID), r.Size(), r.Bookmark)
	if err != nil {
		return nil, "", err
	}
	offers, err := resolve[licensing.Offer](l, references, offerKey)
	if err != nil {
		return nil, "", err
	}
	views, err := viewOffers(l, offers)
	return views, bookmark, err
}

// getNegotiation answers a negotiation with all terms that were sent.
func getNegotiation(tx *transaction.Tx, r licensing.NegotiationRequest) (licensing.NegotiationView, error) {
	n, err := loadNegotiation(tx.Ledger, r.NegotiationID)
	if err != nil {
		return licensing.NegotiationView{}, err
	}
	rounds, err := ledger.Scan[licensing.Round](tx.Ledger, roundsOf(r.NegotiationID))
	return licensing.NegotiationView{Negotiation: n, Rounds: rounds}, err
}

// listNegotiations answers a page of a party's negotiations.
func listNegotiations(tx *transaction.Tx, r licensing.PartyRequest) (answer licensing.NegotiationPage, err error) {
	answer.Negotiations, answer.Bookmark, err = page[licensing.Negotiation](tx.Ledger, takesPart(negotiations, r.Party), r.Listing, negotiationKey)
	return answer, err
}

// getAgreement answers a licence as it stands.
func getAgreement(tx *transaction.Tx, r licensing.AgreementRequest) (licensing.AgreementView, error) {
	return viewAgreement(tx.Ledger, r.AgreementID)
}

func viewAgreement(l *ledger.Ledger, agreementID string) (licensing.AgreementView, error) {
	licence, err := loadLicence(l, agreementID)
	if err != nil {
		return licensing.AgreementView{}, err
	}
	now, err := l.Now()
	return licence.View(now), err
}

// listAgreements answers a page of a party's licences.
func listAgreements(tx *transaction.Tx, r licensing.PartyRequest) (answer licensing.AgreementPage, err error) {
	references, bookmark, err := ledger.Page[reference](tx.Ledger, takesPart(agreements, r.Party), r.Size(), r.Bookmark)
	if err != nil {
		return answer, err
	}
	answer.Bookmark = bookmark
	for _, where := range references {
		view, err := viewAgreement(tx.Ledger, where.ID)
		if err != nil {
			return answer, err
		}
		answer.Agreements = append(answer.Agreements, view)
	}
	return answer, nil
}

// getDecision answers a decision to those concerned.
func getDecision(tx *transaction.Tx, r licensing.DecisionRequest) (licensing.Decision, error) {
	decision, err := loadDecision(tx.Ledger, r.DecisionID)
	if err != nil {
		return decision, err
	}
	concerned := []string{decision.Assigner, decision.Assignee}
	for _, subject := range decision.Subjects {
		concerned = append(concerned, subject.Subject)
	}
	return decision, reads(tx, concerned...)
}

// listDecisions answers a page of decisions, newest first, to those concerned: owner and user of a licence or a dataset, and a resident about the own data.
func listDecisions(tx *transaction.Tx, r licensing.ListDecisionsRequest) (answer licensing.DecisionPage, err error) {
	prefix, concerned, err := listedDecisions(tx.Ledger, r)
	if err != nil {
		return answer, err
	}
	if err := reads(tx, concerned...); err != nil {
		return answer, err
	}
	answer.Decisions, answer.Bookmark, err = page[licensing.Decision](tx.Ledger, prefix, r.Listing, decisionKey)
	return answer, err
}

// listedDecisions is the index that is asked for, and whom it concerns.
func listedDecisions(l *ledger.Ledger, r licensing.ListDecisionsRequest) (ledger.Key, []string, error) {
	switch {
	case r.AgreementID != "":
		agreement, err := load[licensing.Agreement](l, agreementKey(r.AgreementID), "agreementId", r.AgreementID)
		return decided(byAgreement, r.AgreementID), []string{agreement.Assigner, agreement.Assignee}, err
	case r.DatasetID != "":
		dataset, _, err := standingDataset(l, r.DatasetID)
		return decided(byDataset, r.DatasetID), []string{dataset.Owner}, err
	case r.Assignee != "":
		return decided(byAssignee, r.Assignee), []string{r.Assignee}, nil
	default:
		return decided(bySubject, r.Subject), []string{r.Subject}, nil
	}
}

// listDeliveries answers what was served under a decision, to those concerned.
func listDeliveries(tx *transaction.Tx, r licensing.DecisionRequest) (answer licensing.DeliveryPage, err error) {
	decision, err := loadDecision(tx.Ledger, r.DecisionID)
	if err != nil {
		return answer, err
	}
	if err := reads(tx, decision.Assigner, decision.Assignee); err != nil {
		return answer, err
	}
	answer.Deliveries, err = ledger.Scan[licensing.Delivery](tx.Ledger, deliveriesOf(r.DecisionID))
	return answer, err
}

// listDuties answers a page of what is known of a licence's duties.
func listDuties(tx *transaction.Tx, r licensing.ListOfAgreementRequest) (answer licensing.DutyPage, err error) {
	answer.Duties, answer.Bookmark, err = ledger.Page[licensing.DutyRecord](tx.Ledger, dutiesOf(r.AgreementID), r.Size(), r.Bookmark)
	return answer, err
}

// getTransfer answers a transfer and whether it may carry data now.
func getTransfer(tx *transaction.Tx, r licensing.GetTransferRequest) (licensing.TransferView, error) {
	transfer, err := load[licensing.Transfer](tx.Ledger, transferKey(r.TransferID), "transferId", r.TransferID)
	if err != nil {
		return licensing.TransferView{}, err
	}
	return viewTransfer(tx.Ledger, transfer)
}

// listTransfers answers a page of a licence's transfers.
func listTransfers(tx *transaction.Tx, r licensing.ListOfAgreementRequest) (answer licensing.TransferPage, err error) {
	answer.Transfers, answer.Bookmark, err = page[licensing.Transfer](tx.Ledger, transfersOf(r.AgreementID), r.Listing, transferKey)
	return answer, err
}

// simulate answers what a policy or a licence would decide, and why.
func simulate(tx *transaction.Tx, r licensing.SimulateRequest) (licensing.Simulation, error) {
	now, err := tx.Now()
	if err != nil {
		return licensing.Simulation{}, err
	}
	if !r.At.IsZero() {
		now = r.At
	}
	if r.AgreementID != "" {
		return simulateLicence(tx.Ledger, r, now)
	}
	known, err := purposes(tx.Ledger, 0)
	if err != nil {
		return licensing.Simulation{}, err
	}
	return r.Simulate(known, now, tx.Steps())
}
