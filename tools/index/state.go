package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// state is the content of the state file.
type state struct {
	Attributes []string          `json:"attributes"`
	Next       map[string]string `json:"next"` // the key of the item before the next page
}

// load returns the position of an interrupted fill, or nil if there was none.
func load(path string, attributes []string) (map[string]types.AttributeValue, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var saved state
	if err := json.Unmarshal(text, &saved); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if !slices.Equal(saved.Attributes, attributes) {
		return nil, fmt.Errorf("%s belongs to a fill of %v: finish it, or delete the file", path, saved.Attributes)
	}
	fmt.Printf("continuing where %s says\n", path)
	return attributevalue.MarshalMap(saved.Next)
}

func save(path string, attributes []string, next map[string]types.AttributeValue) error {
	saved := state{Attributes: attributes}
	if err := attributevalue.UnmarshalMap(next, &saved.Next); err != nil {
		return err
	}
	text, err := json.Marshal(saved)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
