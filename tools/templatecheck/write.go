package templatecheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// WriteRoles returns the text of the template with the roles that the project's functions and state machines need, and
// with the routes of its API. It
// replaces a role in place, and inserts a missing role after its function or state machine. It does not change the rest
// of the text. It returns an error if a role may not allow a recorded call, or if the template lacks the call's
// resource.
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
	for _, api := range project.Template.ofType(apiType) {
		place := places[api.ID]
		current := strings.Join(lines[place.start:place.end], "")
		edits = append(edits, edit{place, project.apiText(current, api)})
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

// block is the range of lines of one resource, without the blank lines and comments after it.
type block struct{ start, end int }

var (
	topLevel   = regexp.MustCompile(`^\w+:`)
	resourceID = regexp.MustCompile(`^  (\w+):\s*$`)
)

// blocks returns the resources in the lines of a template, by logical id.
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
		effect, condition := "Allow", ""
		if len(s.denied) > 0 {
			effect, condition = "Deny", leadingKeys(s.denied)
		}
		fmt.Fprintf(&b, "              - {Effect: %s, Action: %s, Resource: %s%s}\n", effect, action, s.resource, condition)
	}
	return b.String()
}
