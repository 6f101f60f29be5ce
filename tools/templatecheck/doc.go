// Package templatecheck reads template.yaml together with what stands beside it, reports whatever lacks its partner, and
// writes the roles (WriteRoles, `make roles`). Its rules:
//
//	name      a folder in functions/, its function, its role, its route and its operation in the API document go by one
//	          mechanical name: create-customer, CreateCustomerFunction, CreateCustomerRole, createCustomer. A function
//	          without a route is a worker and has no operation.
//	role      a role is what WriteRoles writes. A function's role allows writing its log, what its events need, and what was
//	          recorded while the tests ran (docs/storage-calls.json), which must not be a Scan. A state machine's role allows
//	          invoking its functions. No permission stands elsewhere.
//	settings  every function says its time limit and memory and writes to the shared log group.
//	event     every asynchronous event source bounds its retries and says where failures go.
//	machine   a state machine has a definition in statemachines/, which uses exactly the substitutions that the template
//	          gives. Machines may share a definition. Its tasks are functions without events; each has a time limit, retries with full jitter and a catch;
//	          maps bound their concurrency. Something invokes every function.
//	table     a table is on demand, recoverable, protected from deletion, streamed, and cleans up by TTL.
//	count     the transformed template stays within MaxResources.
//
// The rules run as a Go test of this package, against small broken templates and against the project itself.
package templatecheck
