package gateway

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client/statement"
)

// GetSubject reads which keys and guardians speak for a subject, and which recoveries are announced.
func (c Consent) GetSubject(ctx context.Context, request consent.GetSubjectRequest) (consent.SubjectView, error) {
	return evaluate[consent.SubjectView](ctx, c.client, "consent:GetSubject", request)
}

// AddKey adds a key to those of the resident.
func (c Consent) AddKey(ctx context.Context, key statement.Key) (consent.KeyView, Receipt, error) {
	return completed[consent.KeyView](ctx, c, "consent:AddKey", AddKey{key})
}

// RotateKey replaces the resident's signing key by a new one and ends every guardianship.
func (c Consent) RotateKey(ctx context.Context, key statement.Key) (consent.KeyView, Receipt, error) {
	return completed[consent.KeyView](ctx, c, "consent:RotateKey", RotateKey{key})
}

// RemoveKey removes a key of the resident: at once by an older key or itself, else after 7 days.
func (c Consent) RemoveKey(ctx context.Context, request consent.RemoveKeyRequest) (consent.KeyView, Receipt, error) {
	return submit[consent.KeyView](ctx, c.client, "consent:RemoveKey", request)
}

// CancelRemoval cancels a removal that waits.
func (c Consent) CancelRemoval(ctx context.Context, request consent.CancelRemovalRequest) (consent.KeyView, Receipt, error) {
	return completed[consent.KeyView](ctx, c, "consent:CancelRemoval", request)
}

// SuspendKey suspends a key of the resident at once.
func (c Consent) SuspendKey(ctx context.Context, request consent.KeyRequest) (consent.KeyView, Receipt, error) {
	return submit[consent.KeyView](ctx, c.client, "consent:SuspendKey", request)
}

// LiftSuspension lifts a suspension.
func (c Consent) LiftSuspension(ctx context.Context, request consent.LiftSuspensionRequest) (consent.KeyView, Receipt, error) {
	return completed[consent.KeyView](ctx, c, "consent:LiftSuspension", request)
}

// RecoverKey says for an independent organisation that the person who lost a key now has another.
func (c Consent) RecoverKey(ctx context.Context, request consent.RecoverKeyRequest) (consent.RecoveryAnswer, Receipt, error) {
	return completed[consent.RecoveryAnswer](ctx, c, "consent:RecoverKey", request)
}

// CancelRecovery cancels an announced recovery by a present key.
func (c Consent) CancelRecovery(ctx context.Context, request consent.RecoveryRequest) (consent.Recovery, Receipt, error) {
	return submit[consent.Recovery](ctx, c.client, "consent:CancelRecovery", request)
}

// CompleteRecovery lets the new key speak for the subject.
func (c Consent) CompleteRecovery(ctx context.Context, request consent.RecoveryRequest) (consent.KeyView, Receipt, error) {
	return submit[consent.KeyView](ctx, c.client, "consent:CompleteRecovery", request)
}

// NameGuardian names who signs for the resident until a time.
func (c Consent) NameGuardian(ctx context.Context, request consent.NameGuardianRequest) (consent.GuardianView, Receipt, error) {
	return completed[consent.GuardianView](ctx, c, "consent:NameGuardian", request)
}

// AcceptGuardianship takes the office of guardian for a subject without a key.
func (c Consent) AcceptGuardianship(ctx context.Context, request consent.AcceptGuardianshipRequest) (consent.GuardianView, Receipt, error) {
	return completed[consent.GuardianView](ctx, c, "consent:AcceptGuardianship", request)
}

// ApproveGuardian approves the guardian of a subject without a key.
func (c Consent) ApproveGuardian(ctx context.Context, request consent.ApproveGuardianRequest) (consent.GuardianView, Receipt, error) {
	return completed[consent.GuardianView](ctx, c, "consent:ApproveGuardian", request)
}

// EndGuardian ends a guardianship at once.
func (c Consent) EndGuardian(ctx context.Context, request consent.GuardianRequest) (consent.GuardianView, Receipt, error) {
	return completed[consent.GuardianView](ctx, c, "consent:EndGuardian", request)
}
