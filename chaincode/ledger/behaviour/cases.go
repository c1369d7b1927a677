// SPDX-License-Identifier: Apache-2.0

package behaviour

import (
	"fmt"
	"strconv"
)

// Step simulates a transaction, or commits one that was simulated before.
type Step struct {
	// Tx names the transaction within the case.
	Tx string
	// Ops are what to simulate, As the organisation that submits, Answers what each must answer.
	Ops     []Op
	As      string
	Answers []string
	// Commit, if set, commits the transaction instead and is the validation code to expect.
	Commit string
	// Endorsers are the organisations that endorse; empty means the first two members of the collection.
	Endorsers []string
}

// Case is a sentence about the ledger and the steps that show it.
type Case struct {
	Sentence string
	Steps    []Step
}

// The organisations and the collection of the table: the collection's members are the first two.
const (
	MemberA    = "UtilityMSP"
	MemberB    = "CommunityMSP"
	Outsider   = "CityMSP"
	Collection = "meterData"
)

func run(tx string, answers []string, ops ...Op) Step {
	return Step{Tx: tx, As: MemberA, Ops: ops, Answers: answers}
}

func commit(tx, code string) Step { return Step{Tx: tx, Commit: code} }

func answers(a ...string) []string { return a }

// Cases is the table. Each case uses keys of its own, below its own first attribute.
var Cases = []Case{
	{"a transaction does not read its own writes", []Step{
		run("w", answers("", "-"), Op{Do: "put", Key: "own/a", Value: "1"}, Op{Do: "get", Key: "own/a"}),
		commit("w", "VALID"),
		run("r", answers("1"), Op{Do: "get", Key: "own/a"}),
	}},
	{"many keys are read at once, with nothing where there is none", []Step{
		run("w", answers("", ""), Op{Do: "put", Key: "many/a", Value: "1"}, Op{Do: "put", Key: "many/c", Value: "3"}),
		commit("w", "VALID"),
		run("r", answers("1 - 3"), Op{Do: "get", Key: "many/a many/b many/c"}),
	}},
	{"a partial key scans what lies below it, in order, and nothing beside it", []Step{
		run("w", answers("", "", "", ""), Op{Do: "put", Key: "scan/b/2", Value: "b2"}, Op{Do: "put", Key: "scan/b/1", Value: "b1"},
			Op{Do: "put", Key: "scan/bb/1", Value: "x"}, Op{Do: "put", Key: "scan/a/1", Value: "y"}),
		commit("w", "VALID"),
		run("r", answers("b1 b2", "y b1 b2 x"), Op{Do: "scan", Key: "scan/b"}, Op{Do: "scan", Key: "scan"}),
	}},
	{"a page ends with a bookmark, and begins where a bookmark points to, also outside of its partial key", []Step{
		run("w", answers("", "", "", ""), Op{Do: "put", Key: "page/b/1", Value: "b1"}, Op{Do: "put", Key: "page/b/2", Value: "b2"},
			Op{Do: "put", Key: "page/b/3", Value: "b3"}, Op{Do: "put", Key: "page/a/1", Value: "foreign"}),
		commit("w", "VALID"),
		run("r", answers("b1 b2 …", "b3", "foreign b1 …"), Op{Do: "page", Key: "page/b"}, Op{Do: "page", Key: "page/b", Value: "page/b/3"},
			Op{Do: "page", Key: "page/b", Value: "page/a"}),
	}},
	{"the writes of a batch are sent when it is finished", []Step{
		run("w", answers("", "", ""), Op{Do: "begin"}, Op{Do: "put", Key: "batch/a", Value: "1"}, Op{Do: "finish"}),
		commit("w", "VALID"),
		run("r", answers("1"), Op{Do: "get", Key: "batch/a"}),
	}},
	{"an empty key is refused", []Step{
		run("w", answers("error"), Op{Do: "put", Key: "", Value: "1"}),
	}},
	{"of two transactions that read and write a key the second conflicts", []Step{
		run("first", answers("-", ""), Op{Do: "get", Key: "mvcc/a"}, Op{Do: "put", Key: "mvcc/a", Value: "1"}),
		run("second", answers("-", ""), Op{Do: "get", Key: "mvcc/a"}, Op{Do: "put", Key: "mvcc/a", Value: "2"}),
		commit("first", "VALID"),
		commit("second", "MVCC_READ_CONFLICT"),
		run("r", answers("1"), Op{Do: "get", Key: "mvcc/a"}),
	}},
	{"two transactions that only write a key both commit, the last one wins", []Step{
		run("first", answers(""), Op{Do: "put", Key: "blind/a", Value: "1"}),
		run("second", answers(""), Op{Do: "put", Key: "blind/a", Value: "2"}),
		commit("first", "VALID"),
		commit("second", "VALID"),
		run("r", answers("2"), Op{Do: "get", Key: "blind/a"}),
	}},
	{"a key that appears in a scanned range is a phantom", []Step{
		run("scanner", answers("", ""), Op{Do: "scan", Key: "phantom/x"}, Op{Do: "put", Key: "phantom/y/sum", Value: "0"}),
		run("writer", answers(""), Op{Do: "put", Key: "phantom/x/1", Value: "1"}),
		commit("writer", "VALID"),
		commit("scanner", "PHANTOM_READ_CONFLICT"),
	}},
	{"a value that changes in a scanned range is a conflict", []Step{
		run("w", answers(""), Op{Do: "put", Key: "changed/x/1", Value: "1"}),
		commit("w", "VALID"),
		run("scanner", answers("1", ""), Op{Do: "scan", Key: "changed/x"}, Op{Do: "put", Key: "changed/y", Value: "0"}),
		run("writer", answers(""), Op{Do: "put", Key: "changed/x/1", Value: "2"}),
		commit("writer", "VALID"),
		commit("scanner", "PHANTOM_READ_CONFLICT"),
	}},
	{"a deleted key is gone", []Step{
		run("w", answers(""), Op{Do: "put", Key: "gone/a", Value: "1"}),
		commit("w", "VALID"),
		run("d", answers(""), Op{Do: "delete", Key: "gone/a"}),
		commit("d", "VALID"),
		run("r", answers("-", ""), Op{Do: "get", Key: "gone/a"}, Op{Do: "scan", Key: "gone"}),
	}},
	{"members read private data, and its hash is the value's SHA-256", []Step{
		run("w", answers(""), Op{Do: "putPrivate", Collection: Collection, Key: "private/a", Value: "curve"}),
		commit("w", "VALID"),
		run("r", answers("curve -", "80c1018a", "-"), Op{Do: "getPrivate", Collection: Collection, Key: "private/a private/b"},
			Op{Do: "hashPrivate", Collection: Collection, Key: "private/a"}, Op{Do: "hashPrivate", Collection: Collection, Key: "private/b"}),
	}},
	{"a submitter who is no member neither reads nor writes private data", []Step{
		{Tx: "r", As: Outsider, Ops: []Op{
			{Do: "getPrivate", Collection: Collection, Key: "private/a"},
			{Do: "putPrivate", Collection: Collection, Key: "private/z", Value: "forged"},
		}, Answers: answers("error", "error")},
	}},
	{"an unknown collection is an error", []Step{
		run("r", answers("error"), Op{Do: "getPrivate", Collection: "nowhere", Key: "a"}),
	}},
	{"of two transactions that create a private key the second conflicts", []Step{
		run("first", answers("-", ""), Op{Do: "getPrivate", Collection: Collection, Key: "pmvcc/a"}, Op{Do: "putPrivate", Collection: Collection, Key: "pmvcc/a", Value: "1"}),
		run("second", answers("-", ""), Op{Do: "getPrivate", Collection: Collection, Key: "pmvcc/a"}, Op{Do: "putPrivate", Collection: Collection, Key: "pmvcc/a", Value: "2"}),
		commit("first", "VALID"),
		commit("second", "MVCC_READ_CONFLICT"),
		run("r", answers("1"), Op{Do: "getPrivate", Collection: Collection, Key: "pmvcc/a"}),
	}},
	{"a public scan and a private write go together", []Step{
		run("w", answers("", ""), Op{Do: "scan", Key: "mixed"}, Op{Do: "putPrivate", Collection: Collection, Key: "mixed/a", Value: "1"}),
		commit("w", "VALID"),
	}},
	{"a key's own policy binds who changes it, not who creates it", []Step{
		run("create", answers("", ""), Op{Do: "put", Key: "owned/a", Value: "1"}, Op{Do: "policy", Key: "owned/a", Value: Outsider}),
		commit("create", "VALID"),
		{Tx: "forge", As: MemberA, Ops: []Op{{Do: "put", Key: "owned/a", Value: "forged"}}, Answers: answers(""), Endorsers: []string{MemberA, MemberB}},
		commit("forge", "ENDORSEMENT_POLICY_FAILURE"),
		{Tx: "own", As: MemberA, Ops: []Op{{Do: "put", Key: "owned/a", Value: "2"}}, Answers: answers(""), Endorsers: []string{Outsider}},
		commit("own", "VALID"),
		run("r", answers("2"), Op{Do: "get", Key: "owned/a"}),
	}},
}

// PeerLimit is where a peer ends a scan (totalQueryLimit), FillSize how many keys a transaction of LargeCases writes.
const (
	PeerLimit = 100_000
	FillSize  = 5_000
)

// LargeCases are the rows of the table that take long on a peer.
var LargeCases = []Case{{"a scan ends at the peer's limit without an error, so a transaction that believes it forgets the rest", cut()}}

func cut() (steps []Step) {
	for first := 0; first < PeerLimit+FillSize; first += FillSize {
		steps = append(steps, run("w", answers(""), Op{Do: "fill", Key: "cut", Value: fmt.Sprint(first, " ", FillSize)}), commit("w", "VALID"))
	}
	return append(steps, run("r", answers(strconv.Itoa(PeerLimit)), Op{Do: "count", Key: "cut"}))
}
