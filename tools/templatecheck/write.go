package templatecheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// WriteRoles returns the text of the template with each role as the records, the events and the state machines of the project
// require. It replaces a role where it stands, and inserts a missing one behind its function or state machine. The rest of
// the text stays as it is. It returns an error if a recorded call fits no resource of the template.
func WriteRoles(project Project) (string, error) {
	roles, err := project.roles()
	if err != nil {
		return "", err
	}
	lines := strings.SplitAfter(project.Template.Text, "\n")
	places := blocks(lines)
	type edit struct {
		block
		text string
	}
	var edits []edit
	for _, r := range roles {
		place, there := places[r.id]
		text := r.text()
		if !there {
			owner := places[r.owner]
			place, text = block{owner.end, owner.end}, "\n"+text
		}
		edits = append(edits, edit{place, text})
	}
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	var written strings.Builder
	next := 0
	for _, e := range edits {
		written.WriteString(strings.Join(lines[next:e.start], "") + e.text)
		next = e.end
	}
	written.WriteString(strings.Join(lines[next:], ""))
	return written.String(), nil
}

// block is the lines of one resource. Blank lines and comments behind it do not belong to it.
type block struct{ start, end int }

var (
	topLevel   = regexp.MustCompile(`^\w+:`)
	resourceID = regexp.MustCompile(`^  (\w+):\s*$`)
)

// blocks finds the resources in the lines of a template.
func blocks(lines []string) map[string]block {
	found := map[string]block{}
	inResources, id := false, ""
	for i, line := range lines {
		switch start := resourceID.FindStringSubmatch(line); {
		case topLevel.MatchString(line):
			inResources, id = strings.HasPrefix(line, "Resources:"), ""
		case inResources && start != nil:
			id = start[1]
			found[id] = block{i, i + 1}
		case id != "" && strings.HasPrefix(line, "   "):
			found[id] = block{found[id].start, i + 1}
		}
	}
	return found
}

// text returns the role as a resource of the template.
func (r role) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, `  %s:
    Type: %s
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: %s}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: %s
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
`, r.id, roleType, r.service, r.policy)
	for _, s := range r.statements {
		if s.comment != "" {
			fmt.Fprintf(&b, "              # %s\n", s.comment)
		}
		actions := slices.Compact(slices.Sorted(slices.Values(s.actions)))
		action := strings.Join(actions, ", ")
		if len(actions) > 1 {
			action = "[" + action + "]"
		}
		fmt.Fprintf(&b, "              - {Effect: Allow, Action: %s, Resource: %s}\n", action, s.resource)
	}
	return b.String()
}
