// SPDX-License-Identifier: Apache-2.0

// Package gateway is smartb's thin client: Fabric's gateway client with one JSON object in, one JSON object out, typed
// errors and retries.
//
// Quick start:
//
//	profile, err := gateway.LoadProfile(gateway.ProfileFor("community", "organiser"))
//	...
//	client, err := gateway.Connect(ctx, profile)
//	...
//	defer client.Close()
//	run, receipt, err := client.Settlement().SettleDay(ctx, settlement.SettleDayRequest{CommunityID: "sunny", Day: "2025-10-26", Run: settlement.Final})
//	if errors.Is(err, gateway.ErrDayIncomplete) {
//		// the ledger refused; nothing was changed
//	}
//	fmt.Println(run.MerkleRoot, receipt.TransactionID, receipt.BlockNumber)
//
// # Errors
//
// An error by the ledger is a [*ContractError]; [errors.Is] compares it with the sentinels ErrNotFound, ErrForbidden
// and so on, one per code of the catalogue. Failures of transport and consensus keep Fabric's types, reachable by
// [errors.As]: *client.EndorseError, *client.SubmitError and *client.CommitStatusError, which embed
// *client.TransactionError, and *client.CommitError, which does not. When the caller's context ends, its error is in
// the chain beside the Fabric error that names the transaction.
//
// # Retries
//
// A call is repeated only where that cannot do its work twice:
//
//   - A transaction that a conflict invalidated (MVCC, phantom) is proposed anew, with growing and jittered delays: see [Client.Submit].
//   - A transaction whose submission was not acknowledged may be ordered nevertheless. Its commit status is asked for and the same signed envelope is
//     submitted again until its fate is known; there is never a second transaction: see [Pending.Wait].
//   - Before ordering, when peers or discovery are not ready or peers disagree because one lags a block behind, the same proposal is sent again.
//   - An error by the ledger is never repeated.
//   - A transaction whose endorsements did not suffice in the end, though it named nobody to endorse it, is proposed
//     anew. Somebody else's end has given a key a policy of its own meanwhile.
//
// # Many callers
//
// A client lets a number of calls run at once ([DefaultLimits]), and fewer while peers or chaincode servers refuse some
// for want of room. The others wait in it, in their order, as long as their contexts last. Requests by which residents
// exercise rights wait behind nothing else.
//
// # Private answers
//
// Where an answer holds private data, the ledger encrypts it to a key that the client makes for the call, and the
// client opens it. Such a query is evaluated and never submitted ([ErrPrivateQuery]): anything that is submitted is in
// everybody's blocks.
//
// # Other organisations' peers
//
// While no own peer can be asked, those of other organisations are. None is believed alone: as many as the endorsement
// of a transaction takes must give the same answer or commit status, else the error is [ErrUnconfirmed]. Anyone who
// acts through somebody else's profile asks several in any case: [WithComparedAnswers].
//
// # Events
//
// [Client.Events] yields what the contracts announce, each once and in the ledger's order, however often peers go and come. [Client.Follow] does so across
// restarts of the consumer, which stores an event's place together with what it makes of it: see [Checkpointer] and package eventlog.
package gateway
