package memtable

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// condition is a ConditionExpression or a KeyConditionExpression.
type condition struct {
	root node
	used []string
}

// node is a part of a condition.
type node interface {
	holds(of item, with placeholders) bool
}

var conditions parsed[*condition]

// parseCondition reads a condition: comparisons of names and values, attribute_exists and attribute_not_exists, with
// AND, OR and parentheses.
func parseCondition(expression string) *condition {
	return conditions.of(expression, func(p *parser) *condition {
		root := p.either()
		return &condition{root, p.used}
	})
}

// either reads operands of OR, which binds less than AND.
func (p *parser) either() node {
	operands := anyOf{p.all()}
	for p.accept("OR") {
		operands = append(operands, p.all())
	}
	if len(operands) == 1 {
		return operands[0]
	}
	return operands
}

func (p *parser) all() node {
	operands := allOf{p.operand()}
	for p.accept("AND") {
		operands = append(operands, p.operand())
	}
	if len(operands) == 1 {
		return operands[0]
	}
	return operands
}

func (p *parser) operand() node {
	switch {
	case p.accept("("):
		inner := p.either()
		p.expect(")")
		return inner
	case p.accept("attribute_exists"):
		return p.attribute(true)
	case p.accept("attribute_not_exists"):
		return p.attribute(false)
	}
	left := p.placeholder(isName, isValue)
	if p.accept("BETWEEN") {
		low := p.placeholder(isName, isValue)
		p.expect("AND")
		return between{left, low, p.placeholder(isName, isValue)}
	}
	sign := p.next()
	if !p.accept("=", "<>", "<", "<=", ">", ">=") {
		p.unsupported()
	}
	return comparison{left, sign, p.placeholder(isName, isValue)}
}

func (p *parser) attribute(exists bool) node {
	p.expect("(")
	name := p.placeholder(isName)
	p.expect(")")
	return existence{name, exists}
}

type (
	anyOf     []node
	allOf     []node
	existence struct {
		name   string
		exists bool
	}
	comparison struct{ left, sign, right string }
	between    struct{ operand, low, high string }
)

func (n anyOf) holds(of item, with placeholders) bool {
	for _, operand := range n {
		if operand.holds(of, with) {
			return true
		}
	}
	return false
}

func (n allOf) holds(of item, with placeholders) bool {
	for _, operand := range n {
		if !operand.holds(of, with) {
			return false
		}
	}
	return true
}

func (n existence) holds(of item, with placeholders) bool {
	return (attributeAt(of, with.path(n.name)) != nil) == n.exists
}

// holds compares as DynamoDB does: an attribute that is missing, or of another type, differs and fits no other
// comparison.
func (n comparison) holds(of item, with placeholders) bool {
	left, right := with.operand(of, n.left), with.operand(of, n.right)
	switch n.sign {
	case "=":
		return equal(left, right)
	case "<>":
		return !equal(left, right)
	}
	order, ordered := compare(left, right)
	if !ordered {
		return false
	}
	switch n.sign {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

func (n between) holds(of item, with placeholders) bool {
	return comparison{n.operand, ">=", n.low}.holds(of, with) && comparison{n.operand, "<=", n.high}.holds(of, with)
}

func (p placeholders) operand(of item, word string) types.AttributeValue {
	if isName(word) {
		return attributeAt(of, p.path(word))
	}
	return p.values[word]
}
