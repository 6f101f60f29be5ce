package dovecot

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// Doveadm lists and ends sessions with Dovecot's administration command.
type Doveadm struct {
	Command []string // the command with its first arguments, such as `doveadm`
}

// Logins returns the logins of all open sessions.
func (d Doveadm) Logins(ctx context.Context) ([]string, error) {
	output, err := d.run(ctx, "-f", "tab", "who")
	if err != nil {
		return nil, err
	}
	var logins []string
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Scan() // the heading
	for lines.Scan() {
		login, _, _ := strings.Cut(lines.Text(), "\t")
		if strings.Contains(login, "@") {
			logins = append(logins, login)
		}
	}
	slices.Sort(logins)
	return slices.Compact(logins), lines.Err()
}

// End ends all sessions of a login.
func (d Doveadm) End(ctx context.Context, login string) error {
	// doveadm takes a mask; these characters would let it match other logins.
	if strings.ContainsAny(login, `*?\`) || strings.HasPrefix(login, "-") {
		return fmt.Errorf("the login %q cannot be given to doveadm", login)
	}
	_, err := d.run(ctx, "kick", login)
	return err
}

func (d Doveadm) run(ctx context.Context, arguments ...string) ([]byte, error) {
	all := slices.Concat(d.Command, arguments)
	command := exec.CommandContext(ctx, all[0], all[1:]...) //nolint:gosec // the administrator configures the command
	var output, errors bytes.Buffer
	command.Stdout, command.Stderr = &output, &errors
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(all, " "), err, strings.TrimSpace(errors.String()))
	}
	return output.Bytes(), nil
}
