// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/smartb-suite/smartb/network/docker"
)

// EnvTag names the images' tag; EnvBase, with the image's name in it, an official image to build upon instead of compiling Fabric.
const (
	EnvTag  = "SMARTB_TAG"
	EnvBase = "FABRIC_%s_IMAGE"
)

// image is one of the images that docker-compose.yaml uses: smartb-<name>.
type image struct {
	name, title string
	// version is empty for the project's own programs, which carry its revision.
	version string
	// fabric are Fabric's programs in it, which an official image has already; own are packages of this module by the path of their program.
	fabric []string
	own    map[string]string
	base   string
}

func images() []image {
	const bin, tool = "usr/local/bin/", modulePath + "/network/cmd/"
	withHealth := func(own map[string]string) map[string]string {
		own[bin+"health"] = tool + "health"
		return own
	}
	all := []image{
		{name: CA, title: "Fabric CA", version: caVersion, fabric: []string{"fabric-ca-server"}, own: withHealth(map[string]string{})},
		{name: Orderer, title: "Fabric orderer", version: fabricVersion, fabric: []string{"orderer"}, own: withHealth(map[string]string{})},
		{name: Peer, title: "Fabric peer with the builder of chaincode as a service", version: fabricVersion, fabric: []string{"peer"},
			own: withHealth(map[string]string{containerBuilder[1:] + "/bin/build": tool + "ccaas-builder"})},
		{name: Server, title: "chaincode server of smartb", own: withHealth(map[string]string{bin + "chaincode": modulePath + "/chaincode"})},
		{name: Agent, title: "agent that passes metrics on", own: withHealth(map[string]string{bin + Agent: tool + "agent"})},
		{name: "bootstrap", title: "bootstrap of the network", fabric: []string{"configtxgen"}, own: map[string]string{bin + "network": tool + "network"}},
	}
	for i, image := range all {
		if image.version != "" {
			all[i].base = os.Getenv(fmt.Sprintf(EnvBase, strings.ToUpper(image.name)))
		}
	}
	return all
}

// BuildImages makes the images of docker-compose.yaml from programs that are compiled here; nothing is fetched from a registry. The same sources give the
// same images.
func (n *Network) BuildImages(ctx context.Context) error {
	if err := docker.Available(ctx); err != nil {
		return err
	}
	if err := n.buildFabric(ctx); err != nil {
		return err
	}
	return n.oneBuild(func() error {
		for _, image := range images() {
			// The folder stays: the compiler leaves alone what has not changed.
			if err := n.buildImage(ctx, filepath.Join(n.options.BinDir, "images", image.name), image); err != nil {
				return fmt.Errorf("image %s: %w", image.name, err)
			}
		}
		return nil
	})
}

// Images are the names of the images that docker-compose.yaml uses.
func Images() []string {
	all := images()
	names := make([]string, len(all))
	for i, image := range all {
		names[i] = image.tag()
	}
	return names
}

// tag is the name of an image as docker-compose.yaml has it.
func (i image) tag() string { return "smartb-" + i.name + ":" + firstOf(os.Getenv(EnvTag), "latest") }

func (n *Network) buildImage(ctx context.Context, dir string, i image) error {
	if err := errors.Join(n.writeRoot(ctx, filepath.Join(dir, "root"), i), n.writeMountPoints(filepath.Join(dir, "state"))); err != nil {
		return err
	}
	text, err := configFiles.ReadFile("config/Dockerfile")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), text, 0o644); err != nil {
		return err
	}
	args := []string{"build", "--tag", i.tag()}
	if i.base != "" {
		args = append(args, "--build-arg", "BASE="+i.base)
	}
	for _, label := range []string{"title=" + i.title, "licenses=Apache-2.0", n.revision(ctx, i)} {
		args = append(args, "--label", "org.opencontainers.image."+label)
	}
	_, err = docker.Run(ctx, append(args, dir)...)
	return err
}

// writeRoot puts the programs where they belong in the image.
func (n *Network) writeRoot(ctx context.Context, root string, i image) error {
	for path, main := range i.own {
		if err := n.compile(ctx, filepath.Join(root, path), build{cgo: "0", flags: []string{"-buildvcs=false", "-ldflags", "-s -w"}, packages: []string{main}}); err != nil {
			return err
		}
		if strings.HasSuffix(path, "/build") {
			if err := linkSteps(filepath.Dir(filepath.Join(root, path))); err != nil {
				return err
			}
		}
	}
	for _, name := range i.fabric {
		to := filepath.Join(root, containerPrograms.path(name))
		if i.base != "" { // the official image has its own
			return os.RemoveAll(to)
		}
		if err := copyProgram(n.programs.path(name), to); err != nil {
			return err
		}
	}
	return nil
}

// writeMountPoints makes the folders that volumes are mounted on.
func (n *Network) writeMountPoints(state string) error {
	for _, org := range n.Topology {
		for _, volume := range volumes {
			if err := os.MkdirAll(filepath.Join(state, org.Name, volume), 0o755); err != nil {
				return err
			}
		}
	}
	return nil
}

// revision is the label with Fabric's version, or with the last change of the sources that all programs come from.
func (n *Network) revision(ctx context.Context, i image) string {
	if i.version != "" {
		return "version=" + i.version
	}
	command := exec.CommandContext(ctx, "git", "log", "-1", "--format=%H", "--", "chaincode", "network", "gateway-client", "go.sum")
	command.Dir = n.root
	text, err := command.Output()
	if err != nil {
		return "revision=unknown"
	}
	return "revision=" + strings.TrimSpace(string(text))
}
