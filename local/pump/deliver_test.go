package pump

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFailedBatchIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT")
		r.respond = func([]string) (Response, error) {
			if len(r.invocations) < 3 {
				return functionError, nil
			}
			return ok(), nil
		}
		r.run(t, `{}`, time.Minute)
		r.wantInvocations(t, []string{"1", "2"}, []string{"1", "2"}, []string{"1", "2"})
		r.wantCheckpoint(t, "2")
	})
}

func TestFailingBatchBlocksLaterRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT")
		r.respond = failOn("1", false)
		r.run(t, `{"BatchSize":1}`, time.Minute)
		if slices.ContainsFunc(r.invocations, func(s []string) bool { return s[0] == "2" }) {
			t.Error("the second record overtook the first")
		}
		r.wantCheckpoint(t, "")
	})
}

func TestExhaustedRetriesGoToTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT", "INSERT")
		r.respond = failOn("1", false)
		r.run(t, `{"BatchSize":2,"MaximumRetryAttempts":1,"FunctionName":"f","Destination":"arn:queue"}`, time.Minute)
		r.wantInvocations(t, []string{"1", "2"}, []string{"1", "2"}, []string{"3"})
		r.wantCheckpoint(t, "3")
		if len(r.letters) != 1 {
			t.Fatalf("%d dead letters, want 1", len(r.letters))
		}
		letter := r.letters[0]
		wantRequest := requestContext{
			RequestID: "request-1", FunctionARN: "f", Condition: "RetryAttemptsExhausted", InvokeCount: 2,
		}
		if letter.RequestContext != wantRequest {
			t.Errorf("request %+v, want %+v", letter.RequestContext, wantRequest)
		}
		wantResponse := responseContext{StatusCode: 200, ExecutedVersion: "$LATEST", FunctionError: "Unhandled"}
		if *letter.ResponseContext != wantResponse {
			t.Errorf("response %+v, want %+v", *letter.ResponseContext, wantResponse)
		}
		arrival := r.records[0].Created.UTC().Format(time.RFC3339)
		wantBatch := batchInfo{"shard-1", "1", "2", arrival, arrival, 2, "arn:stream/1"}
		if letter.BatchInfo != wantBatch {
			t.Errorf("batch %+v, want %+v", letter.BatchInfo, wantBatch)
		}
	})
}

// A bucket gets the records too, and after the age that the mapping allows.
func TestExpiredRecordsGoToTheBucketInWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT")
		r.respond = failOn("1", false)
		r.run(t, `{"Name":"Events","BisectBatchOnFunctionError":true,"MaximumRecordAgeInSeconds":43200,
			"Destination":"arn:aws:s3:::parked"}`, 13*time.Hour)
		if len(r.letters) != 1 || len(r.stored) != 1 {
			t.Fatalf("%d dead letters, of which %d in the bucket, want 1", len(r.letters), len(r.stored))
		}
		letter := r.letters[0]
		if want := `{"Records":[` + string(r.records[0].JSON) + `]}`; letter.Payload != want {
			t.Errorf("parked %s, want %s", letter.Payload, want)
		}
		if letter.RequestContext.Condition != "RecordAgeExceeded" ||
			!strings.HasPrefix(r.stored[0], "parked/aws/lambda/Events/") {
			t.Errorf("parked %+v as %s, want RecordAgeExceeded and Lambda's prefix", letter.RequestContext, r.stored[0])
		}
		r.wantCheckpoint(t, "1")
	})
}

func TestBisectingIsolatesTheBadRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT", "INSERT", "INSERT")
		r.respond = failOn("3", false)
		r.run(t, `{"BisectBatchOnFunctionError":true,"MaximumRetryAttempts":1,"Destination":"arn:queue"}`, time.Minute)
		r.wantInvocations(t, []string{"1", "2", "3", "4"}, []string{"1", "2"}, []string{"3", "4"},
			[]string{"3"}, []string{"3"}, []string{"4"})
		r.wantCheckpoint(t, "4")
		if len(r.letters) != 1 || r.letters[0].BatchInfo.StartSequence != "3" || r.letters[0].BatchInfo.Size != 1 {
			t.Errorf("dead letters %+v, want one with record 3", r.letters)
		}
	})
}

func TestRecordsBeforeAReportedFailureAreNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT", "INSERT")
		r.respond = func([]string) (Response, error) {
			if len(r.invocations) == 1 {
				return ok("3", "2"), nil
			}
			return ok(), nil
		}
		r.run(t, `{"FunctionResponseTypes":["ReportBatchItemFailures"]}`, time.Minute)
		r.wantInvocations(t, []string{"1", "2", "3"}, []string{"2", "3"})
		r.wantCheckpoint(t, "3")
	})
}

func TestReportedFailureIsBisected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT", "INSERT", "INSERT")
		r.respond = failOn("2", true)
		r.run(t, `{"FunctionResponseTypes":["ReportBatchItemFailures"],"BisectBatchOnFunctionError":true,
			"MaximumRetryAttempts":0,"Destination":"arn:queue"}`, time.Minute)
		r.wantInvocations(t, []string{"1", "2", "3", "4"}, []string{"2", "3", "4"}, []string{"2"}, []string{"3", "4"})
		if len(r.letters) != 1 || r.letters[0].BatchInfo.StartSequence != "2" {
			t.Errorf("dead letters %+v, want one with record 2", r.letters)
		}
		r.wantCheckpoint(t, "4")
	})
}

func TestReportIsIgnoredUnlessTheMappingAsksForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT")
		r.respond = failOn("1", true)
		r.run(t, `{}`, time.Second)
		r.wantInvocations(t, []string{"1"})
		r.wantCheckpoint(t, "1")
	})
}

func TestFirstFailure(t *testing.T) {
	batch := []Record{{Sequence: "1"}, {Sequence: "2"}}
	cases := []struct {
		payload string
		want    int
	}{
		{``, 2},
		{`null`, 2},
		{`{}`, 2},
		{`{"batchItemFailures":null}`, 2},
		{`{"batchItemFailures":[]}`, 2},
		{`{"batchItemFailures":[{"itemIdentifier":"2"}]}`, 1},
		{`{"batchItemFailures":[{"itemIdentifier":""}]}`, 0},
		{`{"batchItemFailures":[{"itemIdentifier":null}]}`, 0},
		{`{"batchItemFailures":[{"itemIdentifier":"7"}]}`, 0},
		{`{"batchItemFailures":[{"other":"2"}]}`, 0},
		{`"not a report"`, 0},
	}
	for _, c := range cases {
		if got := (Response{Payload: []byte(c.payload)}).firstFailure(batch, true); got != c.want {
			t.Errorf("%s: first failure %d, want %d", c.payload, got, c.want)
		}
	}
}

func TestOldRecordsAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT")
		time.Sleep(2 * time.Minute)
		r.change("INSERT")
		r.run(t, `{"MaximumRecordAgeInSeconds":60,"Destination":"arn:queue"}`, time.Second)
		r.wantInvocations(t, []string{"2"})
		r.wantCheckpoint(t, "2")
		if len(r.letters) != 1 || r.letters[0].RequestContext.Condition != "RecordAgeExceeded" ||
			r.letters[0].ResponseContext != nil {
			t.Errorf("dead letters %+v, want one with RecordAgeExceeded and without a response", r.letters)
		}
	})
}

func TestRetriesEndWhenTheRecordIsTooOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT")
		r.respond = failOn("1", false)
		r.run(t, `{"MaximumRecordAgeInSeconds":60}`, 5*time.Minute)
		r.wantCheckpoint(t, "1")
		if len(r.invocations) < 3 || len(r.letters) != 0 {
			t.Errorf("%d invocations, %d dead letters, want at least 3 and none", len(r.invocations), len(r.letters))
		}
	})
}
