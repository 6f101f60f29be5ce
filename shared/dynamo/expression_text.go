package dynamo

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// expressions are the expressions of one request. They contain no names and no values: a placeholder such as #0 stands
// for a name, and :0 for a value. So no name can be a reserved word of DynamoDB.
type expressions struct {
	Condition *string // nil if there is none, as are the others
	Update    *string

	names  []string
	values []types.AttributeValue
	err    error           // of the first value that cannot be encoded
	out    strings.Builder // the expression that is being written
}

// build returns the expressions of a condition and an update. Each of them may be empty.
func build(c condition, u update) (*expressions, error) {
	e := &expressions{}
	if c.IsSet() {
		e.Condition = e.text(func() { e.writeCondition(c) })
	}
	if u.nonEmpty {
		e.Update = e.text(func() { e.writeUpdate(u) })
	}
	return e, e.err
}

// project returns the projection expression of the attributes.
func (e *expressions) project(attributes ...string) *string {
	return e.text(func() {
		for i, name := range attributes {
			e.separate(", ", i)
			e.writeName(name)
		}
	})
}

// Names returns the names of attributes by their placeholders, or nil if there are none: DynamoDB rejects empty maps.
func (e *expressions) Names() map[string]string {
	if len(e.names) == 0 {
		return nil
	}
	names := make(map[string]string, len(e.names))
	for i, name := range e.names {
		names[placeholder('#', i)] = name
	}
	return names
}

// Values returns the values by their placeholders, or nil if there are none.
func (e *expressions) Values() item {
	if len(e.values) == 0 {
		return nil
	}
	values := make(item, len(e.values))
	for i, v := range e.values {
		values[placeholder(':', i)] = v
	}
	return values
}

func placeholder(kind byte, n int) string {
	return string(strconv.AppendInt([]byte{kind}, int64(n), 10))
}

func (e *expressions) text(write func()) *string {
	e.out.Reset()
	write()
	written := e.out.String()
	return &written
}

func (e *expressions) writeCondition(c condition) {
	switch c.operator {
	case "AND", "OR":
		for i, part := range c.parts {
			e.separate(" "+c.operator+" ", i)
			e.out.WriteByte('(')
			e.writeCondition(part)
			e.out.WriteByte(')')
		}
	case "attribute_exists", "attribute_not_exists":
		e.out.WriteString(c.operator + " (")
		e.writeOperand(c.operands[0])
		e.out.WriteByte(')')
	case "BETWEEN":
		e.writeOperand(c.operands[0])
		e.out.WriteString(" BETWEEN ")
		e.writeOperand(c.operands[1])
		e.out.WriteString(" AND ")
		e.writeOperand(c.operands[2])
	default:
		e.writeOperand(c.operands[0])
		e.out.WriteString(" " + c.operator + " ")
		e.writeOperand(c.operands[1])
	}
}

func (e *expressions) writeUpdate(u update) {
	e.writeChanges("SET ", " = ", u.sets)
	for i, sum := range u.sums {
		e.beginChange("SET ", len(u.sets)+i)
		e.writeSum(sum)
	}
	e.writeChanges("ADD ", " ", u.adds)
	for i, name := range u.removes {
		e.beginChange("REMOVE ", i)
		e.writeName(name)
	}
}

func (e *expressions) writeChanges(clause, between string, changes []attributeChange) {
	for i, change := range changes {
		e.beginChange(clause, i)
		e.writeName(change.attribute)
		e.out.WriteString(between)
		e.writeValue(change.value)
	}
}

// writeSum writes that a counter, which is 0 if it does not exist, is set to a sum.
func (e *expressions) writeSum(sum attributeChange) {
	e.writeName(sum.attribute)
	e.out.WriteString(" = if_not_exists (")
	e.writeName(sum.attribute)
	e.out.WriteString(", ")
	e.writeValue(0)
	e.out.WriteString(") + ")
	e.writeValue(sum.value)
}

// beginChange begins the clause before its first change, and separates the others.
func (e *expressions) beginChange(clause string, position int) {
	switch {
	case position > 0:
		e.out.WriteString(", ")
	case e.out.Len() > 0:
		e.out.WriteString(" " + clause)
	default:
		e.out.WriteString(clause)
	}
}

// separate writes a separator before all positions but the first.
func (e *expressions) separate(separator string, position int) {
	if position > 0 {
		e.out.WriteString(separator)
	}
}

func (e *expressions) writeOperand(o operand) {
	if o.attribute != "" {
		e.writeName(o.attribute)
		return
	}
	e.writeValue(o.value)
}

// writeName writes the name of an attribute, or a path whose names are separated by dots.
func (e *expressions) writeName(path string) {
	for i, name := range strings.Split(path, ".") {
		e.separate(".", i)
		n := slices.Index(e.names, name)
		if n < 0 {
			n = len(e.names)
			e.names = append(e.names, name)
		}
		e.out.WriteString(placeholder('#', n))
	}
}

func (e *expressions) writeValue(v any) {
	encoded, err := encode(v)
	if err != nil && e.err == nil {
		e.err = err
	}
	e.out.WriteString(placeholder(':', len(e.values)))
	e.values = append(e.values, encoded)
}

// encode returns an attribute value. Most values are texts, numbers or already encoded: for these the encoder of the
// SDK, which reads the type of each value by reflection, is not needed.
func encode(v any) (types.AttributeValue, error) {
	if encoded, isEncoded := v.(types.AttributeValue); isEncoded {
		return encoded, nil
	}
	switch simple := reflect.ValueOf(v); simple.Kind() {
	case reflect.String:
		return text(simple.String()), nil
	case reflect.Int, reflect.Int64:
		return number(simple.Int()), nil
	default:
	}
	return attributevalue.Marshal(v)
}
