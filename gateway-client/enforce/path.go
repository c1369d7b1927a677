// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape is what looks like an escape after a path was unescaped: a server that does so twice would read another path.
var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// checkPath refuses a path that two servers could read differently. Anything that is decided about must be what is
// served.
func checkPath(u *url.URL) error {
	path := u.Path
	switch {
	case u.Opaque != "" || !strings.HasPrefix(path, "/"):
		return errors.New("the path does not begin with a slash")
	case strings.Contains(strings.ToLower(u.EscapedPath()), "%2f"):
		return errors.New("the path has an encoded slash")
	case strings.ContainsRune(path, '\\'):
		return errors.New("the path has a backslash")
	case strings.ContainsRune(path, ';'):
		return errors.New("the path has a semicolon, which some servers cut off")
	case !utf8.ValidString(path) || strings.ContainsFunc(path, unicode.IsControl):
		return errors.New("the path has control characters or is not UTF-8")
	case escape.MatchString(path):
		return errors.New("the path is escaped twice")
	}
	return checkSegments(strings.Split(path[1:], "/"))
}

func checkSegments(segments []string) error {
	for i, segment := range segments {
		switch {
		case segment == "." || segment == "..":
			return errors.New("the path has a dot segment")
		case segment == "" && i < len(segments)-1:
			return errors.New("the path has an empty segment")
		}
	}
	return nil
}
