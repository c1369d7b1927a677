// SPDX-License-Identifier: Apache-2.0

// Package enforce puts a data server under the licences of the ledger. A guard wraps the server's handler, and lets a request through only if
//
//   - it names a decision, in the header Smartb-Decision, that the ledger confirms now at the provider's own peer. The
//     ledger checks licence, signatures, policy and consents, for exactly the guarded dataset and action, and
//   - the caller proves to be the decision's assignee. Decision ids are readable by the whole channel and never suffice. The proof is a client certificate
//     of the assignee's MSP (mutual TLS), or an HTTP message signature (RFC 9421) by the key of such a certificate, see [WithSignatures] and [Sign].
//
// The certificates of an MSP are read from the channel's configuration, revocations included, so nothing is to be
// configured and no list grows stale.
//
// A positive answer is used again until the peer has a newer block, for two seconds at most and never beyond its end; a negative one never. A server that
// cannot ask does not serve.
//
// A decision under a limited number of uses is served once: the answer is held back until its digest is recorded on the ledger. [WithEvidence] does so for
// all answers.
//
// Errors are problem details (RFC 9457), see [Problem].
package enforce
