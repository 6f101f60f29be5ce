// Package price has the list prices of AWS that all figures and docs/cost.md use.
package price

import "strconv"

// Date is the day on which the prices were gathered. They are those of us-east-1, without the free tier, in the tier of
// the smallest amounts.
const Date = "2026-11-23"

// Price is the price of something that AWS counts.
type Price struct {
	Name    string
	Dollars float64
	Per     float64 // the number of units that cost Dollars
	Unit    string
	Source  string
}

// Of returns the price of a number of units, in dollars.
func (p Price) Of(units float64) float64 { return units * p.Dollars / p.Per }

// String returns the price in the form "$1 a million requests".
func (p Price) String() string {
	dollars := strconv.FormatFloat(p.Dollars, 'f', -1, 64)
	if p.Per == million {
		return "$" + dollars + " a million " + p.Unit
	}
	return "$" + dollars + " a " + p.Unit
}

const million = 1e6

const (
	lambdaPage     = "https://aws.amazon.com/lambda/pricing/"
	tablePage      = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
	machinesPage   = "https://aws.amazon.com/step-functions/pricing/"
	watchPage      = "https://aws.amazon.com/cloudwatch/pricing/"
	busPage        = "https://aws.amazon.com/eventbridge/pricing/"
	connectionPage = "https://aws.amazon.com/ec2/pricing/on-demand/"
)

// The prices.
var (
	Request = Price{
		"HTTP API, for each started 512 KB",
		1,
		million,
		"requests",
		"https://aws.amazon.com/api-gateway/pricing/",
	}
	Invocation = Price{"Lambda, invocations", 0.20, million, "invocations", lambdaPage}
	Duration   = Price{"Lambda, x86_64", 0.0000166667, 1, "GB-second", lambdaPage}
	ReadUnit   = Price{"DynamoDB on demand", 0.125, million, "read units", tablePage}
	WriteUnit  = Price{"DynamoDB on demand", 0.625, million, "write units", tablePage}
	Storage    = Price{"DynamoDB, storage", 0.25, 1, "GB and month", tablePage}
	Recovery   = Price{"DynamoDB, point-in-time recovery", 0.20, 1, "GB and month", tablePage}
	Transition = Price{"Step Functions, standard", 25, million, "transitions", machinesPage}
	Express    = Price{"Step Functions, Express", 1, million, "requests", machinesPage}
	Running    = Price{"Step Functions, Express", 0.00001667, 1, "GB-second", machinesPage}
	Message    = Price{"SQS", 0.40, million, "requests", "https://aws.amazon.com/sqs/pricing/"}
	Event      = Price{"EventBridge, custom events", 1, million, "events", busPage}
	Schedule   = Price{"EventBridge Scheduler", 1, million, "invocations", busPage}
	Mail       = Price{"SES", 100, million, "mails", "https://aws.amazon.com/ses/pricing/"}
	Logging    = Price{"CloudWatch, logs ingested", 0.50, 1, "GB", watchPage}
	Archive    = Price{"CloudWatch, logs stored", 0.03, 1, "GB and month", watchPage}
	Alarm      = Price{"CloudWatch, alarms", 0.10, 1, "metric of an alarm and month", watchPage}
	Composite  = Price{"CloudWatch, composite alarms", 0.50, 1, "alarm and month", watchPage}
	Dashboard  = Price{"CloudWatch, dashboards", 3, 1, "dashboard and month", watchPage}
	Metric     = Price{"CloudWatch, custom metrics", 0.30, 1, "metric and month", watchPage}
	Transfer   = Price{"data transfer to the internet", 0.09, 1, "GB", connectionPage}
)

// All returns all prices.
func All() []Price {
	return []Price{
		Request, Invocation, Duration, ReadUnit, WriteUnit, Storage, Recovery, Transition, Express, Running, Message,
		Event, Schedule, Mail, Logging, Archive, Alarm, Composite, Dashboard, Metric, Transfer,
	}
}
