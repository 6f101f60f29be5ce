module tenantry/local

go 1.26.0

require (
	github.com/aws/aws-lambda-go v1.55.1
	github.com/aws/aws-sdk-go-v2 v1.47.7
	golang.org/x/sync v0.25.0
)

require github.com/aws/smithy-go v1.28.8 // indirect
