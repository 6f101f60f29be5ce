package resource

import "tenantry/shared/fault"

// Named is an allotment, a permission or an application that the service knows.
type Named struct {
	Name  string `json:"name"`
	Title string `json:"title" doc:"Name for people, in English."`
}

// Allotment is an allotment that the service knows.
type Allotment struct {
	Named

	Unit string   `json:"unit" enum:"bytes,bytes-per-month,pieces"`
	For  []Holder `json:"for" nullable:"false" doc:"Where the allotment can be set: on a subscription, on a reseller, or on both."`
}

// Enforcer is who refuses what a permission forbids.
type Enforcer string

// The enforcers. A hosting node reads the permissions of a subscription and refuses its own functions.
const (
	ByService     Enforcer = "service"
	ByHostingNode Enforcer = "hosting-node"
)

// Permission is a permission that the service knows.
type Permission struct {
	Named

	Forbids    string   `json:"forbids" doc:"What the customer and its panel users may not do without the permission, in English. The customer's owner and the administrator always may."`
	EnforcedBy Enforcer `json:"enforcedBy" enum:"service,hosting-node" doc:"Who refuses it: this service, or the hosting node, which reads the permissions of a subscription."`
}

// Descriptor lists all allotments, permissions and applications, so that clients do not have to hard-code their names.
type Descriptor struct {
	Allotments   []Allotment  `json:"allotments" nullable:"false"`
	Permissions  []Permission `json:"permissions" nullable:"false"`
	Applications []Named      `json:"applications" nullable:"false"`
}

// Describe returns the descriptor.
func Describe() Descriptor {
	return Descriptor{Allotments: allotments, Permissions: permissions, Applications: applications}
}

// The allotments that other packages have rules about.
const (
	Customers  = "max_cl"
	Websites   = "max_site"
	Backups    = "max_backups"
	BackupSize = "max_backup_size"
)

// CreateDomains is the permission to create websites.
const CreateDomains = "create_domains"

// MaxUploadSize is the largest size of one upload to the storage, in bytes (limit of a single PUT in Amazon S3).
const MaxUploadSize = 5 << 30

// The units of allotments.
const (
	inBytes   = "bytes"
	inTraffic = "bytes-per-month"
	inPieces  = "pieces"
)

var both = []Holder{Subscription, Reseller}

var allotments = []Allotment{
	{Named{"disk_space", "Disk space"}, inBytes, both},
	{Named{"max_traffic", "Traffic"}, inTraffic, both},
	{Named{Websites, "Websites"}, inPieces, both},
	{Named{"max_subdom", "Subdomains"}, inPieces, both},
	{Named{"max_dom_aliases", "Domain aliases"}, inPieces, both},
	{Named{"max_box", "Mailboxes"}, inPieces, both},
	{Named{"mbox_quota", "Size of a mailbox"}, inBytes, both},
	{Named{"max_maillists", "Mailing lists"}, inPieces, both},
	{Named{"max_db", "Databases"}, inPieces, both},
	{Named{"max_wu", "Web users"}, inPieces, both},
	{Named{"max_subftp_users", "Additional FTP users"}, inPieces, both},
	{Named{"max_webapps", "Web applications"}, inPieces, both},
	{Named{Backups, "Backups"}, inPieces, both},
	{Named{BackupSize, "Size of all backups"}, inBytes, both},
	{Named{Customers, "Customers"}, inPieces, []Holder{Reseller}},
}

var allotmentByName = func() map[string]Allotment {
	byName := map[string]Allotment{}
	for _, allotment := range allotments {
		byName[allotment.Name] = allotment
	}
	return byName
}()

var permissions = []Permission{
	{Named{CreateDomains, "Create domains"}, "Creating websites.", ByService},
	{Named{"manage_dns", "Manage DNS"}, "Changing the DNS records of the domains.", ByHostingNode},
	{
		Named{"manage_phosting", "Manage hosting settings"},
		"Changing the hosting settings of websites, such as PHP, TLS certificates and the document root.", ByHostingNode,
	},
	{Named{"manage_sh_access", "Manage shell access"}, "Giving FTP and system users access to a shell.", ByHostingNode},
}

var applications = []Named{
	{"joomla", "Joomla"},
	{"wordpress", "WordPress"},
}

// isPooled reports whether the allotments of all subscriptions together count against the reseller's allotment. Other
// allotments, such as the size of a mailbox, limit each subscription separately.
func isPooled(name string) bool { return name != "mbox_quota" }

// Exceeded returns the error for a demand that exceeds the limit of an allotment.
func Exceeded(name string, requested, available int64) error {
	return fault.New(fault.LimitExceeded,
		"The limit does not allow this. %s: requested %d, available %d.", name, requested, max(0, available))
}
