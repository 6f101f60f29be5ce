// The writer is a module of its own, so that it builds with the product's versions of everything, not with the linters'.
module tenantry/tools/openapi

go 1.26.0

require tenantry v0.0.0

require (
	github.com/aws/aws-lambda-go v1.55.1 // indirect
	github.com/danielgtaylor/huma/v2 v2.37.2 // indirect
	github.com/oklog/ulid/v2 v2.1.2 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sync v0.25.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace tenantry => ../..
