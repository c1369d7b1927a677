// SPDX-License-Identifier: Apache-2.0

// Package test holds the tests that need a running network: transactions end to end, faults, privacy of blocks, and the
// behaviour that the in-memory ledger imitates. Their build tag is e2e. TestMain starts a network on ports and in a folder
// of its own, and removes it at the end. The network runs as processes, or with SMARTB_TEST_PLACEMENT=containers as the
// containers of docker-compose.yaml.
package test
