// Package templatecheck compares template.yaml with the functions, the API document, the recorded storage calls and the
// state machines of the project. It also writes the roles in the template (WriteRoles, `make roles`). Its rules:
//
//	name      A folder in functions/, its function, its role, its route and its operation in the API document have one
//	          name: create-customer, CreateCustomerFunction, CreateCustomerRole, createCustomer. A function without a
//	          route has no operation.
//	api       The routes of the API are those that its functions name. It invokes them with a role. Routes that everybody
//	          may call and that change something have limits of their own.
//	role      A role is what WriteRoles writes. A function's role allows writing its log, what its events need, and the calls
//	          in docs/storage-calls.json, which must not scan. It denies the protected partitions of the table, password hashes
//	          and the secret, for all calls that were not recorded there. A function that returns pages was recorded
//	          with the key of cursors. A state machine's role allows invoking its functions. Nothing
//	          but a role grants a permission.
//	settings  Every function has a time limit and a memory size, and writes to the shared log group. Functions whose
//	          programs link the password hash have the memory for it, and no others.
//	event     Every asynchronous event source limits its retries and has a destination for failures, which no other
//	          source has. A stream's destination is a bucket, which keeps the records in whole.
//	machine   A state machine has a definition in statemachines/, which uses exactly the substitutions in the template.
//	          Machines may share a definition. Its tasks are functions without events. Each task has a time limit, retries
//	          with full jitter and a catch. Maps limit their concurrency. Express executions end in time by themselves.
//	          Machines log errors without the data of executions, and invoke versions of their functions. Every function
//	          has something that invokes it.
//	gradual   All other functions are updated after the canaries.
//	table     A table is on demand, recoverable, has a stream, and deletes expired items by TTL. Protection from
//	          deletion is by a parameter, so that a first deployment can roll back.
//	bucket    A bucket is private, encrypted and kept. The panel can upload to that of backups.
//	stack     Each parameter of the application has a default, or an output of the data stack has its name. What has data
//	          is in the data stack.
//	physical  Every name that the template gives contains the name of the stack.
//	count     The transformed template has at most MaxResources resources.
//
// The tests of this package apply the rules to small broken templates and to the project itself.
package templatecheck
