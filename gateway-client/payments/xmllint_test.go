// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package payments_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestPain001IsValid asks xmllint, with the schema's used part, and with the whole schema where SMARTB_PAIN001_XSD names it.
func TestPain001IsValid(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not here: apt-get install libxml2-utils")
	}
	var text bytes.Buffer
	created := time.Date(2025, 11, 3, 9, 0, 0, 0, time.UTC)
	require.NoError(t, batch(t).WritePain001(&text, created, created.AddDate(0, 0, 1)))
	require.Contains(t, text.String(), "<NbOfTxs>2</NbOfTxs>")
	require.Contains(t, text.String(), "<CtrlSum>22.00</CtrlSum>")
	require.Contains(t, text.String(), "A &amp; B &lt;Wien&gt;")
	require.Contains(t, text.String(), `<InstdAmt Ccy="EUR">12.00</InstdAmt>`)
	schemas := []string{filepath.Join("testdata", "pain.001.001.09-used.xsd")}
	if whole := os.Getenv("SMARTB_PAIN001_XSD"); whole != "" {
		schemas = append(schemas, whole)
	}
	for _, schema := range schemas {
		validate := func(document string) ([]byte, error) {
			command := exec.Command(xmllint, "--noout", "--nonet", "--schema", schema, "-")
			command.Stdin = strings.NewReader(document)
			return command.CombinedOutput()
		}
		output, err := validate(text.String())
		require.NoError(t, err, "%s", output)
		_, err = validate(strings.Replace(text.String(), "<PmtMtd>TRF", "<PmtMtd>XXX", 1))
		require.Error(t, err, "the schema tells right from wrong")
	}
}
