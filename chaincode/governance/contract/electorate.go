// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// electorate is the organisations that vote, with their roots: those of the founding record, and those that adopted versions admitted.
type electorate struct {
	// members are all MSPs, peers those of organisations that run peers, both in byte order.
	members, peers []string
	roots          identity.Roots
}

// founders is the electorate of the founding record.
func founders(founded parsed) electorate {
	return electorate{members: founded.Members(), peers: founded.PeerOrganisations(), roots: founded.roots}
}

// with is the electorate after rules that admit organisations.
func (e electorate) with(rules governance.Rules) electorate {
	next := electorate{members: slices.Clone(e.members), peers: slices.Clone(e.peers), roots: identity.Roots{}}
	for msp, roots := range e.roots {
		next.roots[msp] = roots
	}
	for _, admission := range rules.Admitted {
		if slices.Contains(e.members, admission.MSP) {
			continue
		}
		next.members = append(next.members, admission.MSP)
		if admission.Peers {
			next.peers = append(next.peers, admission.MSP)
		}
		next.roots[admission.MSP] = certificates(admission.Roots)
	}
	slices.Sort(next.members)
	slices.Sort(next.peers)
	return next
}

// certificates parses roots, which were checked when they were written.
func certificates(texts []string) (roots []*x509.Certificate) {
	for _, text := range texts {
		if certificate, err := governance.ParseRoot(text); err == nil {
			roots = append(roots, certificate)
		}
	}
	return roots
}

// verify verifies a member's signature by the roots of its organisation and by those that the organisation added.
func (e electorate) verify(l *ledger.Ledger, compact, typ, msp string, at time.Time) (identity.Signature, error) {
	signature, refused := identity.VerifySignatureAgain(compact, typ, msp, e.roots, at)
	if refused == nil || len(e.roots[msp]) == 0 {
		return signature, refused
	}
	later, err := laterRoots(l, msp, e.roots[msp])
	if err != nil {
		return signature, err
	}
	if len(later[msp]) == len(e.roots[msp]) {
		return signature, refused
	}
	return identity.VerifySignatureAgain(compact, typ, msp, later, at)
}

// checkBallot verifies that the organisation's administrator signed for the rules.
func (e electorate) checkBallot(l *ledger.Ledger, rules governance.Rules, ballot governance.Ballot) error {
	signature, err := e.verify(l, ballot.Signature, governance.VoteType, ballot.MSP, ballot.At)
	if err != nil {
		return fault.Field(fault.SignatureMissing, "signature", "it is not that of %s's administrator: %s", ballot.MSP, err)
	}
	return checkSigned(signature, rules.Payload(l.Network()), "signature", "version %d of these rules", rules.Version)
}

// checkAdmissions verifies that the administrator of each organisation that the rules admit signed to join, by a certificate under its own roots.
func (e electorate) checkAdmissions(l *ledger.Ledger, rules governance.Rules, at time.Time) error {
	for _, admission := range rules.Admitted {
		if slices.Contains(e.members, admission.MSP) {
			continue
		}
		own := identity.Roots{admission.MSP: certificates(admission.Roots)}
		signature, err := identity.VerifySignatureAgain(admission.Signature, governance.AdmissionType, admission.MSP, own, at)
		if err != nil {
			return fault.Field(fault.SignatureMissing, "admitted", "%s: the signature is not that of its administrator: %s", admission.MSP, err)
		}
		if err := checkSigned(signature, admission.Payload(l.Network()), "admitted", "its roots and this network"); err != nil {
			return err
		}
	}
	return nil
}

// checkSigned refuses a signature that is not an administrator's, or not over the payload.
func checkSigned(signature identity.Signature, payload any, field, format string, about ...any) error {
	want, err := canonical.JSON(payload)
	if err != nil {
		return err
	}
	if !signature.Admin || !bytes.Equal(signature.Payload, want) {
		return fault.Field(fault.SignatureMissing, field, "it is not that of %s's administrator over "+format, append([]any{signature.MSP}, about...)...)
	}
	return nil
}

// after verifies that a majority voted for a version, and returns the electorate that it leaves.
func (e electorate) after(l *ledger.Ledger, adopted governance.Adoption) (electorate, error) {
	var votes []governance.Vote
	for _, ballot := range adopted.Votes {
		if e.checkBallot(l, adopted.Rules, ballot) == nil {
			votes = append(votes, governance.Vote{Ballot: ballot, Rules: adopted.Rules})
		}
	}
	if !adopted.Count(votes, e.members).Effective {
		return e, fault.New(fault.EvidenceInvalid, "version %d of the rules does not have the signed votes of a majority of the organisations", adopted.Version)
	}
	if err := e.checkAdmissions(l, adopted.Rules, adopted.Since); err != nil {
		return e, fault.New(fault.EvidenceInvalid, "version %d of the rules admits an organisation that did not sign: %s", adopted.Version, err)
	}
	return e.with(adopted.Rules), nil
}

// inForce is the record in force and the electorate that votes on the next one. It verifies and counts the votes again, from the founding record on.
func inForce(l *ledger.Ledger) (governance.Record, electorate, error) {
	founded, err := readFounding(l)
	if err != nil {
		return governance.Record{}, electorate{}, err
	}
	voters := founders(founded)
	record, found, err := ledger.Get[governance.Record](l, currentKey)
	if err != nil {
		return record, voters, err
	}
	if !found {
		return record, voters, fault.New(fault.GovernanceMissing, "no rules are in force")
	}
	if record.Version <= 1 {
		if !record.Same(founded.Rules) {
			return record, voters, fault.New(fault.EvidenceInvalid, "version %d of the rules is not that of the founding record", record.Version)
		}
		return record, voters, nil
	}
	for _, adopted := range append(slices.Clone(record.Admissions), record.Adoption) {
		if voters, err = voters.after(l, adopted); err != nil {
			return record, voters, err
		}
	}
	return record, voters, nil
}

// next is the record after one more version.
func next(current governance.Record, adopted governance.Adoption, approvedBy []string) governance.Record {
	record := governance.Record{Schema: governance.SchemaVersion, Adoption: adopted, ApprovedBy: approvedBy, Admissions: current.Admissions}
	before := 0
	if n := len(current.Admissions); n > 0 {
		before = len(current.Admissions[n-1].Admitted)
	}
	if len(current.Admitted) > before {
		record.Admissions = append(slices.Clone(current.Admissions), current.Adoption)
	}
	return record
}
