// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// AddKey is a consent.AddKeyRequest whose proof the client makes: the key to add signs the subject and the id of the signed request.
type AddKey struct{ Key signing.Key }

// RotateKey is a consent.RotateKeyRequest whose proof and number the client makes: the key that replaces the signing one.
type RotateKey struct{ Key signing.Key }

// withSignedRequestID has a call signed under an id of one's own choice.
func withSignedRequestID(id string) CallOption {
	return func(c *call) { c.signedRequestID = id }
}

// Complete fills in what a request of this contract takes from the ledger before it is signed, where it leaves that
// out. It fills in a notice's content, the signed request before it, and the numbers of recurring requests. The methods
// of Consent do so by themselves; who signs elsewhere calls it. Other requests stay as they are.
func (c Consent) Complete(ctx context.Context, request any) (any, []CallOption, error) {
	switch r := request.(type) {
	case consent.GiveRequest:
		return plain(c.completeGive(ctx, r))
	case consent.RenewRequest:
		return plain(c.completeRenew(ctx, r))
	case consent.WithdrawAllRequest:
		return plain(c.completeWithdrawAll(ctx, r))
	case consent.ObjectRequest:
		return plain(c.completeObject(ctx, r))
	default:
		return c.completeSpeaker(ctx, request)
	}
}

// completeSpeaker is Complete for requests that decide who speaks.
func (c Consent) completeSpeaker(ctx context.Context, request any) (any, []CallOption, error) {
	switch r := request.(type) {
	case consent.NameGuardianRequest:
		view, err := c.own(ctx)
		r.Epoch, r.Rotations, r.Recovered, r.Follows = view.Epoch, view.Rotations, view.Recovered, lastTerm(view, r.Guardian)
		return r, nil, err
	case consent.AcceptGuardianshipRequest:
		own, err := c.own(ctx)
		if err != nil {
			return r, nil, err
		}
		view, err := c.GetSubject(ctx, consent.GetSubjectRequest{Subject: r.Subject})
		r.Epoch, r.Follows = view.Epoch, lastTerm(view, own.Subject)
		return r, nil, err
	case consent.CancelRemovalRequest:
		return plain(c.completeCancelRemoval(ctx, r))
	case consent.LiftSuspensionRequest:
		return plain(c.completeLiftSuspension(ctx, r))
	case consent.GuardianRequest:
		return plain(c.completeGuardian(ctx, r))
	case consent.RecoverKeyRequest:
		return plain(c.signVouch(r))
	case consent.ApproveGuardianRequest:
		return plain(c.signApproval(ctx, r))
	case AddKey:
		_, proof, id, err := c.prove(ctx, r.Key)
		return consent.AddKeyRequest{Proof: proof}, []CallOption{withSignedRequestID(id)}, err
	case RotateKey:
		view, proof, id, err := c.prove(ctx, r.Key)
		return consent.RotateKeyRequest{Proof: proof, Number: view.Rotations + 1}, []CallOption{withSignedRequestID(id)}, err
	default:
		return request, nil, nil
	}
}

func plain[R any](request R, err error) (any, []CallOption, error) { return request, nil, err }

// own is who speaks for the client's resident.
func (c Consent) own(ctx context.Context) (consent.SubjectView, error) {
	return c.GetSubject(ctx, consent.GetSubjectRequest{})
}

func (c Consent) completeGive(ctx context.Context, r consent.GiveRequest) (consent.GiveRequest, error) {
	if r.NoticeSHA256 == "" {
		notice, err := c.GetNotice(ctx, consent.GetNoticeRequest{NoticeID: r.NoticeID, Version: r.NoticeVersion})
		if err != nil {
			return r, err
		}
		r = r.Under(notice.Notice)
	}
	if r.Epoch == 0 {
		view, err := c.own(ctx)
		if err != nil {
			return r, err
		}
		r.Epoch = view.Epoch
	}
	if r.Request == nil || r.Follows != "" {
		return r, nil
	}
	asked, err := c.Get(ctx, consent.GetRequest{Controller: r.Request.MSP, ConsentID: r.Request.ID})
	if asked.State == consent.Deferred {
		r.Follows = asked.Follows
	}
	return r, err
}

func (c Consent) completeRenew(ctx context.Context, r consent.RenewRequest) (consent.RenewRequest, error) {
	if r.NoticeSHA256 != "" {
		return r, nil
	}
	given, err := c.Get(ctx, consent.GetRequest{Subject: r.Subject, ConsentID: r.ConsentID})
	if err != nil {
		return r, err
	}
	notice, err := c.GetNotice(ctx, consent.GetNoticeRequest{NoticeID: given.NoticeID, Version: r.NoticeVersion})
	return r.After(given.Record).Under(notice.Notice), err
}

func (c Consent) completeWithdrawAll(ctx context.Context, r consent.WithdrawAllRequest) (consent.WithdrawAllRequest, error) {
	if r.Number != 0 {
		return r, nil
	}
	view, err := c.GetSubject(ctx, consent.GetSubjectRequest{Subject: r.Subject})
	r.Number = view.Epoch + 1
	return r, err
}

func (c Consent) completeObject(ctx context.Context, r consent.ObjectRequest) (consent.ObjectRequest, error) {
	if !r.Lift || r.Follows != "" {
		return r, nil
	}
	view, err := c.own(ctx)
	if err != nil {
		return r, err
	}
	for _, one := range view.Objections {
		if one.Right == r.Right && one.NoticeID == r.NoticeID && one.Controller == r.Controller && one.Evidence != nil {
			r.Follows = one.Evidence.ID
			return r, nil
		}
	}
	return r, fmt.Errorf("%w: nothing holds that could be lifted", ErrMalformedCall)
}

func (c Consent) completeCancelRemoval(ctx context.Context, r consent.CancelRemovalRequest) (consent.CancelRemovalRequest, error) {
	key, err := c.key(ctx, r.Key)
	if err == nil && r.Follows == "" && key.Removal != nil && key.Removal.Evidence != nil {
		r.Follows = key.Removal.Evidence.ID
	}
	return r, err
}

func (c Consent) completeLiftSuspension(ctx context.Context, r consent.LiftSuspensionRequest) (consent.LiftSuspensionRequest, error) {
	key, err := c.key(ctx, r.Key)
	for _, one := range key.Suspensions {
		if r.Follows == "" && one.Evidence != nil && (r.Suspender == "" || r.Suspender == one.By) {
			r.Suspender, r.Follows = one.By, one.Evidence.ID
		}
	}
	return r, err
}

// key is a key of the client's resident.
func (c Consent) key(ctx context.Context, thumbprint string) (consent.KeyView, error) {
	view, err := c.own(ctx)
	for _, key := range view.Keys {
		if key.Key.Key == thumbprint {
			return key, err
		}
	}
	return consent.KeyView{}, err
}

// lastTerm is what the next term of a guardian names.
func lastTerm(view consent.SubjectView, guardian string) string {
	for _, known := range view.Guardians {
		if known.Guardian == guardian {
			return known.Follows
		}
	}
	return ""
}

func (c Consent) completeGuardian(ctx context.Context, r consent.GuardianRequest) (consent.GuardianRequest, error) {
	if r.ID != "" {
		return r, nil
	}
	view, err := c.GetSubject(ctx, consent.GetSubjectRequest{Subject: r.Subject})
	for _, guardian := range view.Guardians {
		if guardian.Guardian == r.Guardian {
			r.ID = guardian.ID
		}
	}
	return r, err
}

// prove makes a new key's own signature for the client's resident, and the id of the signed request that it goes with.
func (c Consent) prove(ctx context.Context, key signing.Key) (view consent.SubjectView, proof, id string, err error) {
	if view, err = c.own(ctx); err != nil {
		return view, "", "", err
	}
	id = signing.NewID()
	proof, err = signing.ProveKey(key, c.client.profile.Network, c.client.profile.Channel, view.Subject, id)
	return view, proof, id, err
}

// completed submits a request that Complete filled in.
func completed[A any](ctx context.Context, c Consent, name string, request any) (answer A, receipt Receipt, err error) {
	request, options, err := c.Complete(ctx, request)
	if err != nil {
		return answer, Receipt{}, err
	}
	receipt, err = c.client.Submit(ctx, name, request, &answer, options...)
	return answer, receipt, err
}

// signVouch signs an organisation's word for a person's new key with the member's certificate.
func (c Consent) signVouch(r consent.RecoverKeyRequest) (consent.RecoverKeyRequest, error) {
	network := c.client.profile.Network
	made, err := signedrequest.VerifyPossession(r.Proof, signedrequest.Audience(network, c.client.profile.Channel))
	if err != nil || r.Signature != "" {
		return r, err
	}
	payload := consent.Vouch{Subject: r.Subject, NewKey: made.Thumbprint, Controller: r.Controller}.Payload(network, r.With)
	r.Signature, err = c.client.SignMember(consent.VouchType, payload)
	return r, err
}

// signApproval names the guardian's last acceptance, where the request leaves that out, and signs the approval with the member's certificate.
func (c Consent) signApproval(ctx context.Context, r consent.ApproveGuardianRequest) (consent.ApproveGuardianRequest, error) {
	if r.Signature != "" {
		return r, nil
	}
	named, err := c.completeGuardian(ctx, consent.GuardianRequest{Subject: r.Subject, Guardian: r.Guardian, ID: r.ID})
	if err != nil {
		return r, err
	}
	r.ID = named.ID
	r.Signature, err = c.client.SignMember(consent.ApprovalType, r.Payload(c.client.profile.Network))
	return r, err
}
