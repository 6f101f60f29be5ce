package resource

// Named is a permission or an application that the service knows.
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

// Descriptor lists all allotments, permissions and applications, so that clients do not have to hard-code their names.
type Descriptor struct {
	Allotments   []Allotment `json:"allotments" nullable:"false"`
	Permissions  []Named     `json:"permissions" nullable:"false"`
	Applications []Named     `json:"applications" nullable:"false"`
}

// Describe returns the descriptor.
func Describe() Descriptor {
	return Descriptor{Allotments: allotments, Permissions: permissions, Applications: applications}
}

// The allotments that other packages have rules about.
const (
	Customers  = "max_cl"
	Websites   = "max_site"
	BackupSize = "max_backup_size"
)

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
	{Named{BackupSize, "Size of a backup"}, inBytes, both},
	{Named{Customers, "Customers"}, inPieces, []Holder{Reseller}},
}

var allotmentByName = func() map[string]Allotment {
	byName := map[string]Allotment{}
	for _, allotment := range allotments {
		byName[allotment.Name] = allotment
	}
	return byName
}()

var permissions = []Named{
	{"create_domains", "Create domains"},
	{"manage_dns", "Manage DNS"},
	{"manage_phosting", "Manage hosting settings"},
	{"manage_sh_access", "Manage shell access"},
}

var applications = []Named{
	{"joomla", "Joomla"},
	{"wordpress", "WordPress"},
}

// isPooled reports whether the allotments of all subscriptions together count against the reseller's allotment. Other
// allotments, such as the size of a mailbox, limit each subscription separately.
func isPooled(name string) bool { return name != "mbox_quota" && name != BackupSize }
