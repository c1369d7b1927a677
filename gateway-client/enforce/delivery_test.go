// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

// counted is a fixture whose decision is served once.
func counted(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	f.amend(true, func(c *licensing.AccessCheck) { c.ServedOnce = true })
	return f
}

func TestALimitedUseIsSpentBeforeItIsServed(t *testing.T) {
	f := counted(t)
	member := f.community.member(t)
	handler := New(f, "grid-load").Wrap(data)
	answer := do(handler, request(&member))
	require.Equal(t, http.StatusOK, answer.Code)
	require.Equal(t, "42 MW", answer.Body.String())
	require.Equal(t, []licensing.SpendUseRequest{{DecisionID: "CommunityMSP/d-1"}}, f.spent)
	require.Empty(t, f.deliveries)

	again := do(handler, request(&member))
	require.Equal(t, http.StatusForbidden, again.Code)
	require.Equal(t, []licensing.Cause{licensing.CauseServed}, reasonsOf(t, again))
}

func TestOfManyRequestsAtOnceOneIsServed(t *testing.T) {
	f := counted(t)
	member := f.community.member(t)
	handler := New(f, "grid-load").Wrap(data)
	codes := make([]int, 16)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() { codes[i] = do(handler, request(&member)).Code })
	}
	all.Wait()
	served := 0
	for _, code := range codes {
		if code == http.StatusOK {
			served++
		} else {
			require.Equal(t, http.StatusForbidden, code)
		}
	}
	require.Equal(t, 1, served)
}

func TestWhatTheLedgerDoesNotTakeIsNotServed(t *testing.T) {
	for sentence, row := range map[string]struct {
		err     error
		status  int
		reasons []licensing.Cause
	}{
		"the licence ended in between": {
			&gateway.ContractError{Code: gateway.ErrProcessingDenied, Details: map[string]string{"reason": "RETIRED"}}, http.StatusForbidden,
			[]licensing.Cause{licensing.Cause(licensing.Retired)},
		},
		"the orderers are gone":                 {errors.New("no quorum"), http.StatusServiceUnavailable, nil},
		"the profile is not the provider's own": {&gateway.ContractError{Code: gateway.ErrForbidden}, http.StatusServiceUnavailable, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := counted(t)
			f.recordErr = row.err
			member := f.community.member(t)
			answer := do(New(f, "grid-load").Wrap(data), request(&member))
			require.Equal(t, row.status, answer.Code)
			require.Equal(t, row.reasons, reasonsOf(t, answer))
			require.Empty(t, answer.Header().Get("Content-Length"))
		})
	}
}

func TestWhatIsNoDeliveryUsesNothingUp(t *testing.T) {
	for sentence, row := range map[string]struct {
		method  string
		handler http.HandlerFunc
		status  int
	}{
		"a file that is not there": {http.MethodGet, http.NotFound, http.StatusNotFound},
		"one that did not change": {http.MethodGet, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotModified)
		}, http.StatusNotModified},
		"a question about the headers": {http.MethodHead, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
		}, http.StatusOK},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := counted(t)
			member := f.community.member(t)
			r := request(&member)
			r.Method = row.method
			require.Equal(t, row.status, do(New(f, "grid-load").Wrap(row.handler), r).Code)
			require.Empty(t, f.spent)
		})
	}
}

func TestALimitedUseIsServedWhole(t *testing.T) {
	f := counted(t)
	member := f.community.member(t)
	file := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "today.csv", time.Time{}, strings.NewReader("42 MW"))
	})
	r := request(&member)
	r.Header.Set("Range", "bytes=0-1")
	answer := do(New(f, "grid-load").Wrap(file), r)
	require.Equal(t, http.StatusOK, answer.Code)
	require.Equal(t, "42 MW", answer.Body.String())
	require.Equal(t, "bytes=0-1", r.Header.Get("Range"), "the caller's request stays as it was")

	f.amend(true, func(c *licensing.AccessCheck) { c.Valid, c.Reasons, c.ServedOnce = true, nil, false })
	answer = do(New(f, "grid-load").Wrap(file), r)
	require.Equal(t, http.StatusPartialContent, answer.Code)
	require.Equal(t, "42", answer.Body.String())
}

func TestEvidenceIsRecordedOfEveryAnswerIfAskedFor(t *testing.T) {
	f := newFixture(t)
	member := f.community.member(t)
	do(New(f, "grid-load").Wrap(data), request(&member))
	require.Empty(t, f.deliveries)
	handler := New(f, "grid-load", WithEvidence()).Wrap(data)
	do(handler, request(&member))
	do(handler, request(&member))
	digest := sha256.Sum256([]byte("42 MW"))
	evidence := licensing.RecordDeliveryRequest{DecisionID: "CommunityMSP/d-1", Digest: hex.EncodeToString(digest[:]), Bytes: 5}
	require.Equal(t, []licensing.RecordDeliveryRequest{evidence, evidence}, f.deliveries)
	require.Empty(t, f.spent)

	f.amend(true, func(c *licensing.AccessCheck) { c.ServedOnce = true })
	require.Equal(t, http.StatusOK, do(handler, request(&member)).Code)
	require.Len(t, f.spent, 1)
	require.Len(t, f.deliveries, 3)
	require.Equal(t, http.StatusForbidden, do(handler, request(&member)).Code)
}

func TestALargeAnswerIsHeldInAFile(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	large := bytes.Repeat([]byte("0123456789abcdef"), 3*maxMemory/16)
	f := counted(t)
	member := f.community.member(t)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, bytes.NewReader(large)) })
	answer := do(New(f, "grid-load", WithEvidence()).Wrap(handler), request(&member))
	require.Equal(t, large, answer.Body.Bytes())
	require.EqualValues(t, len(large), f.deliveries[0].Bytes)

	t.Setenv("TMPDIR", temp+"/missing")
	f.deliveries, f.spent = nil, nil
	f.amend(true, func(c *licensing.AccessCheck) { c.Valid, c.Reasons = true, nil })
	answer = do(New(f, "grid-load", WithEvidence()).Wrap(handler), request(&member))
	require.Equal(t, http.StatusServiceUnavailable, answer.Code, "an answer that cannot be held is not served")
	require.Empty(t, f.deliveries)
	require.Empty(t, f.spent)
}

func TestAHandlerThatPanicsServesNothing(t *testing.T) {
	f := counted(t)
	member := f.community.member(t)
	handler := New(f, "grid-load", WithEvidence()).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "42 MW")
		panic(http.ErrAbortHandler)
	}))
	recorder := httptest.NewRecorder()
	require.Panics(t, func() { handler.ServeHTTP(recorder, request(&member)) })
	require.Empty(t, recorder.Body.String())
	require.Empty(t, f.deliveries)
}
