// SPDX-License-Identifier: Apache-2.0

package payments

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// namespace is that of ISO 20022 CustomerCreditTransferInitiationV09.
const namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

// The elements of pain.001.001.09 that a batch of SEPA credit transfers has, in the schema's order.
type (
	painDocument struct {
		XMLName xml.Name   `xml:"Document"`
		XMLNS   string     `xml:"xmlns,attr"`
		Init    initiation `xml:"CstmrCdtTrfInitn"`
	}
	initiation struct {
		Header  groupHeader  `xml:"GrpHdr"`
		Payment paymentGroup `xml:"PmtInf"`
	}
	groupHeader struct {
		MessageID  string `xml:"MsgId"`
		Created    string `xml:"CreDtTm"`
		Count      int    `xml:"NbOfTxs"`
		ControlSum string `xml:"CtrlSum"`
		Initiator  party  `xml:"InitgPty"`
	}
	paymentGroup struct {
		ID            string     `xml:"PmtInfId"`
		Method        string     `xml:"PmtMtd"`
		Count         int        `xml:"NbOfTxs"`
		ControlSum    string     `xml:"CtrlSum"`
		ServiceLevel  string     `xml:"PmtTpInf>SvcLvl>Cd"`
		Execution     string     `xml:"ReqdExctnDt>Dt"`
		Debtor        party      `xml:"Dbtr"`
		DebtorAccount string     `xml:"DbtrAcct>Id>IBAN"`
		DebtorAgent   agent      `xml:"DbtrAgt"`
		ChargeBearer  string     `xml:"ChrgBr"`
		Transfers     []transfer `xml:"CdtTrfTxInf"`
	}
	transfer struct {
		EndToEndID      string `xml:"PmtId>EndToEndId"`
		Amount          money  `xml:"Amt>InstdAmt"`
		CreditorAgent   *agent `xml:"CdtrAgt"`
		Creditor        party  `xml:"Cdtr"`
		CreditorAccount string `xml:"CdtrAcct>Id>IBAN"`
		Remittance      string `xml:"RmtInf>Ustrd"`
	}
	party struct {
		Name string `xml:"Nm"`
	}
	money struct {
		Currency string `xml:"Ccy,attr"`
		Amount   string `xml:",chardata"`
	}
	agent struct {
		BIC   string         `xml:"FinInstnId>BICFI,omitempty"`
		Other *notProvidable `xml:"FinInstnId>Othr"`
	}
	notProvidable struct {
		ID string `xml:"Id"`
	}
)

// WritePain001 writes the batch's transfers as an ISO 20022 customer credit transfer initiation, pain.001.001.09, by the SEPA credit transfer scheme's
// usage rules. created is the message's time, execution the day on which the bank is to execute it.
func (b Batch) WritePain001(w io.Writer, created, execution time.Time) error {
	if len(b.Transfers) == 0 {
		return fmt.Errorf("%s of %s has nobody to pay", b.Phase, b.Period)
	}
	sum := amount(Total(b.Transfers))
	group := paymentGroup{
		ID: b.reference("group"), Method: "TRF", Count: len(b.Transfers), ControlSum: sum, ServiceLevel: "SEPA", Execution: execution.Format(time.DateOnly),
		Debtor: party{b.Community.Name}, DebtorAccount: b.Community.IBAN, DebtorAgent: agentOf(b.Community), ChargeBearer: "SLEV",
	}
	for _, payment := range b.Transfers {
		group.Transfers = append(group.Transfers, b.transfer(payment))
	}
	message := painDocument{XMLNS: namespace, Init: initiation{
		Header: groupHeader{
			MessageID: b.reference("message"), Created: created.UTC().Format("2006-01-02T15:04:05Z"), Count: len(b.Transfers), ControlSum: sum, Initiator: party{b.Community.Name},
		},
		Payment: group,
	}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(message); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (b Batch) transfer(payment Payment) transfer {
	t := transfer{
		EndToEndID: payment.Reference, Amount: money{b.Currency, amount(payment.Cents)}, Creditor: party{payment.Account.Name}, CreditorAccount: payment.Account.IBAN,
		Remittance: fmt.Sprintf("Energy community %s, %s, %s", b.CommunityID, b.Period, b.Phase),
	}
	if payment.Account.BIC != "" {
		creditor := agentOf(payment.Account)
		t.CreditorAgent = &creditor
	}
	return t
}

// agentOf is the account's bank; the scheme writes NOTPROVIDED where only the IBAN is known.
func agentOf(account Account) agent {
	if account.BIC != "" {
		return agent{BIC: account.BIC}
	}
	return agent{Other: &notProvidable{"NOTPROVIDED"}}
}
