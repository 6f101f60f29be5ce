package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/node/config"
)

func read(t *testing.T, text string) (config.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Read(path)
}

func TestOnlyTheURLIsNeeded(t *testing.T) {
	t.Parallel()
	c, err := read(t, "service:\n  url: https://panel.example.com/\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.Service.URL != "https://panel.example.com" || c.Service.Interval != 2*time.Second || c.Unknown != "serve" {
		t.Errorf("got %+v", c)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	const url = "service:\n  url: https://panel.example.com\n"
	for text, want := range map[string]string{
		"state: /x\n": "service.url",
		"service:\n  url: http://panel.example.com": "unencrypted",
		url + "unknownDomains: maybe\n":             "unknownDomains",
		url + "listen:\n  metrics: 0.0.0.0:9464\n":  "listen.metrics",
		url + "listen:\n  http: /run/x.sock\n":      "listen.http",
		url + "ftp:\n  endSessions: [wuftpd]\n":     "wuftpd",
		url + "postfix:\n  action: drop\n":          "postfix.action",
		url + "intervall: 2s\n":                     "intervall",
		url + "  interval: 1ms\n":                   "service.interval",
	} {
		if _, err := read(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error about %s", text, err, want)
		}
	}
	if _, err := read(t, url+"listen:\n  metrics: 10.0.0.1:9464\n  allowRemote: true\n"); err != nil {
		t.Errorf("got %v although remote addresses are allowed", err)
	}
}
