// SPDX-License-Identifier: Apache-2.0

// Package docker drives the containers of one Compose project with the commands of Docker and Compose. It knows nothing of Fabric.
package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// EnvProject is Compose's own variable for the project's name.
const EnvProject = "COMPOSE_PROJECT_NAME"

// Project is what one Compose file describes, under a name that keeps it apart from others on the same engine.
type Project struct {
	Name string
	// Dir holds docker-compose.yaml.
	Dir string
	// Env are variables of the Compose file.
	Env []string
}

var unfit = regexp.MustCompile(`[^a-z0-9_-]`)

// NameFor is the project name that Compose itself would choose: that of the environment, or the folder's.
func NameFor(dir string) string {
	if name := os.Getenv(EnvProject); name != "" {
		return name
	}
	return strings.TrimLeft(unfit.ReplaceAllString(strings.ToLower(filepath.Base(dir)), ""), "_-")
}

// Available explains why no containers can be run here, nil if they can.
func Available(ctx context.Context) error {
	if _, err := exec.LookPath("docker"); err != nil {
		return fmt.Errorf("containers need the command docker: %w", err)
	}
	if _, err := Run(ctx, "version", "--format", "{{.Server.Version}}"); err != nil {
		return fmt.Errorf("no Docker engine answers: %w", err)
	}
	_, err := compose()
	return err
}

// compose is the command of Compose v2, or of the older docker-compose.
var compose = sync.OnceValues(func() ([]string, error) {
	if exec.Command("docker", "compose", "version").Run() == nil {
		return []string{"docker", "compose"}, nil
	}
	if path, err := exec.LookPath("docker-compose"); err == nil {
		return []string{path}, nil
	}
	return nil, errors.New("there is neither `docker compose` nor docker-compose; install one (at least 1.29)")
})

// Compose runs a command of Compose on the project and returns what it printed.
func (p Project) Compose(ctx context.Context, args ...string) ([]byte, error) {
	command, err := compose()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(p.Dir, "docker-compose.yaml")
	args = append(append(command[1:], "-p", p.Name, "--project-directory", p.Dir, "-f", file), args...)
	return run(exec.CommandContext(ctx, command[0], args...), p.Env)
}

// Run runs a command of Docker and returns what it printed.
func Run(ctx context.Context, args ...string) ([]byte, error) {
	return run(exec.CommandContext(ctx, "docker", args...), nil)
}

// Logs writes the log of a container, as far as the options of `docker logs` say.
func Logs(ctx context.Context, container string, out io.Writer, options ...string) error {
	command := exec.CommandContext(ctx, "docker", append(append([]string{"logs"}, options...), container)...)
	command.Stdout, command.Stderr = out, out
	return command.Run()
}

func run(command *exec.Cmd, env []string) ([]byte, error) {
	var output, complaints bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaints
	command.Env = append(os.Environ(), env...)
	if err := command.Run(); err != nil {
		return output.Bytes(), fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, bytes.TrimSpace(complaints.Bytes()))
	}
	return output.Bytes(), nil
}
