// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
)

// User is a user whose profile is in the state folder.
type User struct {
	// Organisation and Name are the folders' names, by which [ProfileFor] finds the profile.
	Organisation string `json:"organisation"`
	Name         string `json:"user"`
	MSPID        string `json:"mspId"`
	// Role is that of the certificate, empty for none.
	Role string `json:"role"`
}

// Users returns the users whose profiles are in the state folder, in the order of their names. Profiles that cannot be
// read are left out: [LoadProfile] reports what is wrong with them.
func Users() (users []User) {
	paths, err := filepath.Glob(ProfileFor("*", "*"))
	if err != nil {
		return nil
	}
	for _, path := range paths {
		profile, err := LoadProfile(path)
		if err != nil {
			continue
		}
		folder := filepath.Dir(path)
		users = append(users, User{
			Organisation: filepath.Base(filepath.Dir(filepath.Dir(folder))), Name: filepath.Base(folder),
			MSPID: profile.MSPID, Role: roleIn(profile.Certificate),
		})
	}
	return users
}

// attributes is the certificate extension with a member's attributes.
var attributes = asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}

// roleIn is the role in a certificate's file, empty for none.
func roleIn(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return ""
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return ""
	}
	for _, extension := range certificate.Extensions {
		var named struct {
			Attributes map[string]string `json:"attrs"`
		}
		if extension.Id.Equal(attributes) && json.Unmarshal(extension.Value, &named) == nil {
			return named.Attributes["smartb.role"]
		}
	}
	return ""
}
