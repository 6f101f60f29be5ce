package templatecheck

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// edit replaces the first occurrence of a text in a file of the sound project in testdata.
type edit struct{ old, new string }

// broken is the sound project with one thing wrong.
type broken struct {
	name     string
	template []edit
	document []edit
	calls    []edit
	states   []edit   // of the definition of the state machine
	folders  []string // instead of the sound ones
	hashing  []string // the folders whose programs link the password hash
	byHand   bool     // whether the roles stay as the edits left them; otherwise WriteRoles follows the edits
	want     []string // all findings
}

var soundFolders = []string{"consume-stream", "create-customer", "get-test-page", "unknown-route", "work-batch"}

func TestSoundProjectHasNoFindings(t *testing.T) {
	if findings := Check(parse(t, broken{})); len(findings) > 0 {
		t.Errorf("findings in a sound project: %v", findings)
	}
}

func check(t *testing.T, cases []broken) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, finding := range Check(parse(t, c)) {
				got = append(got, finding.String())
			}
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("findings:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func parse(t *testing.T, c broken) Project {
	t.Helper()
	folders := c.folders
	if folders == nil {
		folders = soundFolders
	}
	template, machines := edited(
		t,
		"template.yaml",
		c.template,
	), map[string][]byte{
		"statemachines/work.asl.json": edited(t, "work.asl.json", c.states),
	}
	parse := func() Project {
		project, err := Parse(
			template,
			edited(t, "openapi.yaml", c.document),
			edited(t, "storage-calls.json", c.calls),
			folders,
			machines,
		)
		if err != nil {
			t.Fatal(err)
		}
		project.Hashing = map[string]bool{}
		for _, folder := range c.hashing {
			project.Hashing[folder] = true
		}
		return project
	}
	project := parse()
	if text, err := WriteRoles(project); err == nil && !c.byHand {
		template = []byte(text)
		project = parse()
	}
	return project
}

func edited(t *testing.T, file string, edits []edit) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for _, e := range edits {
		if !strings.Contains(text, e.old) {
			t.Fatalf("testdata/%s has no %q", file, e.old)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	return []byte(text)
}
