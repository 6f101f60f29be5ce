package idempotency

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"tenantry/shared/fault"
)

type answer struct{ N int }

var secret = Secret("secret")

func TestAnswer(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	key := secret.NewKey("caller", "createCustomer", "key", "/v1/customers", []byte(`{"a":1}`))
	record := NewRecord(key, answer{1}, now)
	duplicate := &Replayed{First: *record}

	if got, err := Answer(answer{2}, key, nil); err != nil || got.N != 2 {
		t.Errorf("made: %v %v", got, err)
	}
	if got, err := Answer(answer{2}, key, duplicate); err != nil || got.N != 1 {
		t.Errorf("replayed: %v %v", got, err)
	}
	other := secret.NewKey("caller", "createCustomer", "key", "/v1/customers", []byte(`{"a":2}`))
	if _, err := Answer(answer{2}, other, duplicate); !fault.Is(err, fault.InvalidRequest) {
		t.Errorf("another body: %v", err)
	}
	if _, err := Answer(answer{2}, key, &Replayed{First: *SecretRecord(key, now)}); !fault.Is(err, fault.SecretShownOnce) {
		t.Errorf("secret: %v", err)
	}
	outage := errors.New("outage")
	if got, err := Answer(answer{2}, key, outage); !errors.Is(err, outage) || got.N != 0 {
		t.Errorf("outage: %v %v, want no answer beside the error", got, err)
	}
	if !record.ExpiresAt.Equal(now.Add(24 * time.Hour)) {
		t.Errorf("expires %v", record.ExpiresAt)
	}
}

// Only a defect makes an answer that cannot be encoded.
func TestNewRecordPanicsOnAnAnswerThatCannotBeEncoded(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it returned a record of a channel")
		}
	}()
	if record := NewRecord(Key{}, make(chan int), time.Now()); record != nil {
		t.Errorf("a request without a key has the record %+v", record)
	}
	NewRecord(Key{Name: "k"}, make(chan int), time.Now())
}

func TestKeysAreApart(t *testing.T) {
	key := func(caller, operation, key string) string {
		return secret.NewKey(caller, operation, key, "", nil).Name
	}
	base := key("a", "op", "k")
	for _, other := range []string{key("b", "op", "k"), key("a", "op2", "k"), key("a", "op", "k2"), key("ao", "p", "k")} {
		if other == base {
			t.Error("two requests share a record")
		}
	}
	if secret.NewKey("a", "op", "", "", nil).IsSet() {
		t.Error("a request without a key is remembered")
	}
}

// A record tells nothing of a body to somebody who can only try bodies.
func TestFingerprintNeedsTheSecret(t *testing.T) {
	derived := func(key string) Secret {
		t.Helper()
		made, err := NewSecret([]byte(key))
		if err != nil || len(made) != 32 || string(made) == key {
			t.Fatalf("secret of %d bytes, %v", len(made), err)
		}
		return made
	}
	of := func(s Secret) string {
		return s.NewKey("caller", "changeOwnPassword", "key", "PUT /v1/me/password?", []byte(`{"current":"a"}`)).Fingerprint
	}
	first, again, other := of(derived("key")), of(derived("key")), of(derived("another key"))
	if first != again {
		t.Error("two functions do not agree")
	}
	if first == other || first == of(nil) || first == of(Secret("key")) {
		t.Error("the fingerprint can be made without the secret")
	}
}

// The store keeps no answer that somebody without the request can read.
func TestAnswersAreSealed(t *testing.T) {
	key := secret.NewKey("caller", "createCustomer", "key", "/v1/customers", nil)
	record := NewRecord(key, map[string]string{"name": "Ada"}, time.Now())
	if bytes.Contains(record.Answer, []byte("Ada")) {
		t.Errorf("the answer %q shows the name", record.Answer)
	}
	if answer, err := Replay[map[string]string](*record, key); err != nil || answer["name"] != "Ada" {
		t.Errorf("got %v, %v; want the answer", answer, err)
	}
	stored := Key{Name: key.Name, Fingerprint: key.Fingerprint}
	if answer, err := Replay[map[string]string](*record, stored); err == nil {
		t.Errorf("without the Idempotency-Key: got %v, want an error", answer)
	}
	if name := Secret("other").NewKey("caller", "createCustomer", "key", "", nil).Name; name == key.Name {
		t.Error("the name of a record does not depend on the secret")
	}
	record.Answer = record.Answer[:5]
	if _, err := Replay[map[string]string](*record, key); err == nil {
		t.Error("a damaged answer was opened")
	}
}
