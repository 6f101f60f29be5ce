package dynamo

import "time"

// expiring has the attributes of items that expire. DynamoDB deletes them some time after their expiry.
type expiring struct {
	ExpiresAt time.Time `dynamodbav:"expiresAt"`
	TTL       int64     `dynamodbav:"ttl"`
}

func expiringAt(at time.Time) expiring { return expiring{ExpiresAt: at.UTC(), TTL: at.Unix()} }

func (e expiring) expired(now time.Time) bool { return now.Unix() >= e.TTL }
