// Package templatecheck reads template.yaml together with what stands beside it and reports whatever lacks its partner
// or holds more than it needs. Its rules:
//
//	name      a folder in functions/, its function, its role, its route and its operation in the API document go by one
//	          mechanical name: create-customer, CreateCustomerFunction, CreateCustomerRole, createCustomer. A function
//	          without a route is a worker and has no operation.
//	role      a role allows exactly what was recorded while the tests ran (docs/storage-calls.json), what the function's
//	          event sources need, and writing its log: nothing more, nothing less, no wildcard, no managed policy, no Scan.
//	settings  every function says its time limit and memory and writes to the shared log group.
//	event     every asynchronous event source bounds its retries and says where failures go.
//	machine   a state machine has one definition in statemachines/, which uses exactly the substitutions that the template
//	          gives. Its tasks are functions without events; each has a time limit, retries with full jitter and a catch;
//	          maps bound their concurrency. Its role may invoke exactly its functions. A function that nothing invokes
//	          has no place.
//	table     a table is on demand, recoverable, protected from deletion, streamed, and cleans up by TTL.
//	count     the transformed template stays within MaxResources.
//
// The rules run as a Go test of this package, against small broken templates and against the project itself.
package templatecheck
