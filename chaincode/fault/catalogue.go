// SPDX-License-Identifier: Apache-2.0

package fault

// Code names a kind of error. Codes are part of the interface: they are never renamed or given another meaning.
type Code string

// Error makes a code usable as the target of errors.Is.
func (c Code) Error() string { return string(c) }

// Status returns the code's HTTP-like status, 460 for a code that is not in the catalogue.
func (c Code) Status() int {
	for _, entry := range Catalogue {
		if entry.Code == c {
			return entry.Status
		}
	}
	return 460
}

// The codes; Catalogue describes what each means and what to do about it.
const (
	MalformedRequest         Code = "MALFORMED_REQUEST"
	UnknownField             Code = "UNKNOWN_FIELD"
	DuplicateField           Code = "DUPLICATE_FIELD"
	MissingField             Code = "MISSING_FIELD"
	InvalidField             Code = "INVALID_FIELD"
	OutOfRange               Code = "OUT_OF_RANGE"
	TooLarge                 Code = "TOO_LARGE"
	UnknownTransaction       Code = "UNKNOWN_TRANSACTION"
	Forbidden                Code = "FORBIDDEN"
	NotFound                 Code = "NOT_FOUND"
	AlreadyExists            Code = "ALREADY_EXISTS"
	IllegalTransition        Code = "ILLEGAL_TRANSITION"
	StaleTransaction         Code = "STALE_TRANSACTION"
	GovernanceMissing        Code = "GOVERNANCE_MISSING"
	PointTaken               Code = "POINT_TAKEN"
	DayIncomplete            Code = "DAY_INCOMPLETE"
	WrongIntervalCount       Code = "WRONG_INTERVAL_COUNT"
	PrivateDataNotHere       Code = "PRIVATE_DATA_NOT_HERE"
	PrivateDataUnexpected    Code = "PRIVATE_DATA_UNEXPECTED"
	AnswerKeyMissing         Code = "ANSWER_KEY_MISSING"
	AnswerKeyMalformed       Code = "ANSWER_KEY_MALFORMED"
	Internal                 Code = "INTERNAL"
	SignedRequestMalformed   Code = "SIGNED_REQUEST_MALFORMED"
	SignedRequestForged      Code = "SIGNED_REQUEST_FORGED"
	SignedRequestExpired     Code = "SIGNED_REQUEST_EXPIRED"
	SignedRequestNotYetValid Code = "SIGNED_REQUEST_NOT_YET_VALID"
	SignedRequestMisplaced   Code = "SIGNED_REQUEST_MISPLACED"
	SignedRequestReplayed    Code = "SIGNED_REQUEST_REPLAYED"
	TextTooLong              Code = "TEXT_TOO_LONG"
	InvalidPeriod            Code = "INVALID_PERIOD"
	NoticeIncomplete         Code = "NOTICE_INCOMPLETE"
	NoticeIncompatible       Code = "NOTICE_INCOMPATIBLE"
	NoticeNotFound           Code = "NOTICE_NOT_FOUND"
	NoticeRetired            Code = "NOTICE_RETIRED"
	NoticeSuspended          Code = "NOTICE_SUSPENDED"
	NoticeNotInForce         Code = "NOTICE_NOT_IN_FORCE"
	UnknownPurpose           Code = "UNKNOWN_PURPOSE"
	TaxonomyMissing          Code = "TAXONOMY_MISSING"
	SignedRequestStale       Code = "SIGNED_REQUEST_STALE"
	SubjectErased            Code = "SUBJECT_ERASED"
	KeyRemoved               Code = "KEY_REMOVED"
	KeySuspended             Code = "KEY_SUSPENDED"
	TooFewOrganisations      Code = "NOT_ENOUGH_ORGANISATIONS"
	ProcessingDenied         Code = "PROCESSING_DENIED"
	PrivateHashMismatch      Code = "PRIVATE_HASH_MISMATCH"
	PolicyRejected           Code = "POLICY_REJECTED"
	DatasetRetired           Code = "DATASET_RETIRED"
	OfferWithdrawn           Code = "OFFER_WITHDRAWN"
	TermsMismatch            Code = "TERMS_MISMATCH"
	ExceedsConsent           Code = "EXCEEDS_CONSENT"
	LicenceNotInForce        Code = "LICENCE_NOT_IN_FORCE"
	TicketTaken              Code = "TICKET_TAKEN"
	DecisionServed           Code = "DECISION_SERVED"
	Implausible              Code = "IMPLAUSIBLE"
	TooFewPersons            Code = "TOO_FEW_PERSONS"
	PeriodIncomplete         Code = "PERIOD_INCOMPLETE"
	TariffMissing            Code = "TARIFF_MISSING"
	AssentMissing            Code = "ASSENT_MISSING"
	DisputeOpen              Code = "DISPUTE_OPEN"
	DisputeWindow            Code = "DISPUTE_WINDOW"
	RetentionRunning         Code = "RETENTION_RUNNING"
	Purged                   Code = "PURGED"
	BatchConflict            Code = "BATCH_CONFLICT"
	BatchRefused             Code = "BATCH_REFUSED"
	TooComplex               Code = "TOO_COMPLEX"
	Busy                     Code = "BUSY"
	NetworkNotFounded        Code = "NETWORK_NOT_FOUNDED"
	WrongNetwork             Code = "WRONG_NETWORK"
	SignatureMissing         Code = "SIGNATURE_MISSING"
	EvidenceInvalid          Code = "EVIDENCE_INVALID"
	NothingChanged           Code = "NOTHING_CHANGED"
	TooManyOpen              Code = "TOO_MANY_OPEN"
	TooManyRecords           Code = "TOO_MANY_RECORDS"
)

// Entry describes one code.
type Entry struct {
	Code    Code
	Status  int
	Meaning string
	// Remedy is what the caller does next.
	Remedy string
}

// Catalogue lists every code once.
var Catalogue = []Entry{
	{MalformedRequest, 400, "The request is not one JSON object of the documented shape.", "Send exactly one argument, a JSON object as the transaction's schema describes it."},
	{UnknownField, 400, "The request has a member that the transaction does not know.", "Remove it, or check its spelling: names are case-sensitive."},
	{DuplicateField, 400, "A member of the request's JSON occurs twice.", "Send each member once."},
	{MissingField, 400, "A required member is absent or empty.", "Add the member that details.field names."},
	{InvalidField, 400, "A member has a value that is not allowed.", "Correct the member that details.field names as the message describes."},
	{OutOfRange, 400, "A number is outside its range; integers never exceed 2^53-1.", "Correct the value that details.field names."},
	{TooLarge, 413, "The request is longer or nested deeper than the chaincode reads.", "Split the request."},
	{UnknownTransaction, 404, "No transaction has exactly this name.", "Check the name, its contract's prefix and its capital letters against the contract's metadata."},
	{Forbidden, 403, "The caller's organisation or role does not have this right.", "Use an identity of the organisation and with the smartb.role that the message names."},
	{NotFound, 404, "The object does not exist.", "Check its id; if it was created a moment ago, try again once the block has reached this peer."},
	{AlreadyExists, 409, "An object with this id exists and has other content.", "Read the object; choose another id or, where versions exist, the next version."},
	{IllegalTransition, 409, "The object's state does not allow this step.", "Read the object's state; the message names the states from which the step is allowed."},
	{StaleTransaction, 409, "The transaction's time is before the time of the record it changes.", "Set the client's clock right and submit again."},
	{GovernanceMissing, 409, "The organisations have not yet agreed on a governance record.", "Let a majority of the organisations approve one: governance:Approve."},
	{PointTaken, 409, "The metering point is already taken in this community and direction, or its factors add up to more than 100 percent.", "End the other membership first, or lower the factor."},
	{DayIncomplete, 409, "Meter days of members are missing or have missing values.", "Submit the meter days that settlement:CheckDay names, or settle a provisional run."},
	{WrongIntervalCount, 400, "A day does not have the number of intervals that its date has in the community's time zone.", "Send one value for each interval: a day with a clock change has more or fewer."},
	{PrivateDataNotHere, 409, "This peer does not hold the private data that the public record names.", "Try again at a peer of a member of the collection; a member's peer that was down fetches the data by itself."},
	{PrivateDataUnexpected, 400, "The transient map has an entry that the transaction does not take, or lacks the one it needs.", "Send exactly the transient entries that the transaction documents."},
	{AnswerKeyMissing, 400, "The answer holds private data, and there is no key to encrypt it to.", "Make a key pair on P-256 for this call and send the public key as answerTo. It goes for a member in the transient map, for a resident as a claim of the signed request."},
	{AnswerKeyMalformed, 400, "The key in answerTo cannot be used.", "Send a public key on P-256 as a JWK with kty, crv, x and y only, made for this call and never one that signs."},
	{Internal, 460, "The chaincode or its peer failed; nothing was changed.", "Try again; if it stays, read the chaincode server's log of the transaction id."},
	{SignedRequestMalformed, 400, "A resident's signed request is not shaped as documented; details.member names the part.", "Sign it anew by smartb key sign or package gateway-client/signing, which makes the documented shape."},
	{SignedRequestForged, 401, "The signed request's signature does not fit its content, or its subject is not the thumbprint of the key that signed.", "Let the resident sign it anew; do not change a signed request on its way."},
	{SignedRequestExpired, 401, "The transaction's time is at or after the signed request's exp.", "Let the resident sign it anew."},
	{SignedRequestNotYetValid, 401, "The signed request's iat is after the transaction's time.", "Set the clocks of signer and relay right, and relay it again."},
	{SignedRequestMisplaced, 403, "The signed request is for another network, channel or transaction than it is used for, or for a transaction that residents do not call.", "Relay it where its aud and txn say: a transaction that writes by its contract's Relay, a query by its own name."},
	{SignedRequestReplayed, 409, "A signed request of this signer with this jti was carried out already.", "Nothing if it is the same signed request: it took effect once. Otherwise sign with another random jti."},
	{TextTooLong, 400, "A text is longer than its member allows.", "Shorten the member that details.field names."},
	{InvalidPeriod, 400, "A period ends before it begins, has already ended, or begins before it was agreed to.", "Correct the dates that details.field names."},
	{NoticeIncomplete, 400, "The notice lacks members that Art. 13 or 14 GDPR or ISO/IEC TS 27560 make mandatory.", "Add all members that details.missing lists."},
	{NoticeIncompatible, 409, "The notice claims to be compatible with an older version that it widens.", "Publish it without compatibleWith and ask the residents anew, or narrow the member that details.field names."},
	{NoticeNotFound, 404, "The notice or this version of it does not exist.", "Check noticeId and version against consent:ListNotices."},
	{NoticeRetired, 409, "The version of the notice takes no new consents.", "Use the newest version of the notice."},
	{NoticeSuspended, 409, "The data protection authority has suspended the notice.", "Wait until the authority resumes it."},
	{NoticeNotInForce, 409, "The processing that the notice describes has not begun.", "Wait until the notice's validFrom."},
	{UnknownPurpose, 400, "The purpose is not a term of the taxonomy in force.", "Use a term of the taxonomy, or let the authority load a version that has it."},
	{TaxonomyMissing, 409, "No taxonomy of purposes is on the ledger.", "Let the authority load one: consent:LoadTaxonomy."},
	{SignedRequestStale, 409, "The signed request was signed before the resident withdrew; it no longer expresses the resident's will.", "If the resident wants to consent again, let the resident sign a new signed request."},
	{SubjectErased, 409, "The subject asked for erasure.", "A person who wants to come back does so with a new key."},
	{KeyRemoved, 403, "The signing key was removed or replaced; it opens nothing any more.", "Sign with a present key of the subject (smartb key show)."},
	{KeySuspended, 403, "Another key of the subject suspended the signing key.", "Sign with another key; the suspender or an older unsuspended key lifts a suspension."},
	{TooFewOrganisations, 409, "Fewer than two independent organisations may vouch for the person.", "Ask the organisations to list more witnesses in the governance; meanwhile any organisation withdraws everything for the person (consent:WithdrawAll)."},
	{ProcessingDenied, 403, "The consent does not allow this processing now; details.reason explains why.", "Stop this processing; ask consent:Check what is allowed."},
	{PrivateHashMismatch, 409, "The private part is not the one whose hash the resident signed.", "Store exactly the private part that belongs to the signed privateSha256."},
	{PolicyRejected, 400, "The policy is not one that can be offered; details.findings lists what was found, with the place of each.", "Correct it and try it offline: smartb policy validate, smartb policy conflicts."},
	{DatasetRetired, 409, "The owner has retired the dataset.", "Ask the owner for another dataset."},
	{OfferWithdrawn, 409, "The owner has withdrawn the offer.", "Look for another offer in the catalogue."},
	{TermsMismatch, 409, "The agreed terms are not the last terms of the negotiation.", "Read the negotiation and agree to the hash of its last terms."},
	{ExceedsConsent, 409, "The licence would permit more than the owner's consent does; details.reason names what.", "Narrow the policy, or let the owner consent to more."},
	{LicenceNotInForce, 409, "The licence is not in force; details.state is its state.", "Read the licence; negotiate another one."},
	{TicketTaken, 409, "This ticket of a licence with a limited number of uses is spent, or reserved by another decision.", "Ask licensing:FreeTickets for another one and try again."},
	{DecisionServed, 409, "A decision under a limited number of uses is served once, and it was.", "Request access again: it reserves another use."},
	{Implausible, 400, "An interval holds more energy than the subscribed power of the metering point gives.", "Check the meter and the unit; if the reading is right, let the grid operator confirm the member with the right limitWatts."},
	{TooFewPersons, 409, "The figures would tell of too few persons, by themselves or by their difference to published ones.", "Publish a month whose persons are those of the last published figures, or differ from all published ones by at least 10."},
	{PeriodIncomplete, 409, "Days of the period have no final run yet.", "Settle the days that the message names with run final, or close a preview."},
	{
		TariffMissing, 409, "The community has no tariff on a day and does not say that it is free of charge, so there is nothing to bill by.",
		"Name a tariff or say freeOfCharge: by settlement:ReplaceTerms before the first final run, else by settlement:ChangeTariff with retroactive, and settle the corrections of these days.",
	},
	{
		AssentMissing, 409, "The step changes what is final for another party, who did not assent to exactly this.",
		"Let the grid operator (smartb member assent) or the member itself (the same with --resident-key) assent to exactly this step, and repeat it.",
	},
	{DisputeOpen, 409, "Disputes of the period are open, or accepted ones were not followed by a correction.", "Resolve them; after an accepted one settle the day's correction and close the period again."},
	{DisputeWindow, 409, "The dispute window of the period is closed, or still open.", "Raise disputes before its end, finalize after it; GetPeriod returns when it ends."},
	{RetentionRunning, 409, "The retention of the day that the members' notices name has not ended.", "Purge the day after the date that the message names."},
	{BatchConflict, 409, "The call cannot share its transaction: another one there writes what it reads or writes, or it is long work.", "Submit it by itself; a client with WithBatching does so."},
	{BatchRefused, 409, "Calls of the batch are refused, so none is carried out; member refused has each one's error by its place from 0.", "Leave the refused calls out and submit the others again; a client with WithBatching does so."},
	{TooComplex, 413, "The work on the policies takes more steps than a call may take; all endorsers count the same.", "Say the policy more simply: fewer alternatives in or and xone, fewer values, fewer prohibitions."},
	{Busy, 429, "The chaincode server has as many calls under way as it takes at once, of all callers or of the caller's organisation; nothing was done.", "Try again after a moment; gateway-client does so by itself."},
	{NetworkNotFounded, 409, "The network has no founding record, so nothing that is signed for it can be accepted.", "Let an administrator bring the record that all administrators signed: governance:Found; `network up` does it."},
	{WrongNetwork, 409, "The ledger's founding record is not the one that the chaincode server's own administrator signed.", "Start the server with the founding record of this network, or find out who founded the ledger with another one."},
	{SignatureMissing, 400, "A member's own signature is missing or does not fit what is signed.", "Use a client that signs with the member's certificate, such as gateway-client or smartb; details.field names the signature."},
	{EvidenceInvalid, 409, "The record does not rest on the signatures that it names: two organisations may have made it up.", "Do not rely on the record; tell the auditors of the network."},
	{Purged, 410, "The private data of the day were purged after their retention, and no more of them are stored.", "Statements that were kept still verify against the public run."},
	{
		NothingChanged, 409, "The correction has the inputs of what it corrects, so it corrects nothing.",
		"Nothing, or submit first what changed: a reading, shares of intervals, a change of allocation key or tariff.",
	},
	{
		TooManyOpen, 409, "The party has as many open matters of this kind as it may have at once; the message names the bound.",
		"End one of them first, or wait until one ends.",
	},
	{
		TooManyRecords, 413, "More records lie below one key than a transaction reads, so the peer would leave some out without a word.",
		"Ask for pages where the query has them; divide the community, or end what is not needed.",
	},
}
