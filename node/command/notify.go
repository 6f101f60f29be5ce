package command

import (
	"context"
	"net"
	"strconv"
	"time"
)

// notifier tells systemd about the service's state (sd_notify). It does nothing if systemd did not start the program.
type notifier struct {
	socket   string        // NOTIFY_SOCKET
	watchdog time.Duration // how often systemd wants to hear from the program, or 0
}

func (p *Program) notifier() notifier {
	microseconds, err := strconv.ParseInt(p.Getenv("WATCHDOG_USEC"), 10, 64)
	if err != nil {
		microseconds = 0
	}
	return notifier{socket: p.Getenv("NOTIFY_SOCKET"), watchdog: time.Duration(microseconds) * time.Microsecond}
}

func (n notifier) send(state string) {
	if n.socket == "" {
		return
	}
	connection, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.socket, Net: "unixgram"})
	if err != nil {
		return
	}
	defer connection.Close()
	_, _ = connection.Write([]byte(state))
}

// run tells systemd that the program lives, and its status, as long as the context lasts.
func (n notifier) run(ctx context.Context, status func() string) {
	every := 10 * time.Second
	if n.watchdog > 0 {
		every = min(every, n.watchdog/3)
	}
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for {
		n.send("WATCHDOG=1\nSTATUS=" + status())
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}
