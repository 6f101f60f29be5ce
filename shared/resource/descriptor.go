package resource

// Named is a permission or an application that there is.
type Named struct {
	Name  string `json:"name"`
	Title string `json:"title" doc:"Name for people, in English."`
}

// Allotment is an allotment that there is.
type Allotment struct {
	Named

	Unit string   `json:"unit" enum:"bytes,bytes-per-month,pieces"`
	For  []Holder `json:"for" nullable:"false" doc:"Where the allotment can be set: on a subscription, on a reseller, or on both."`
}

// Descriptor tells what there is, so that clients need to know no names.
type Descriptor struct {
	Allotments   []Allotment `json:"allotments" nullable:"false"`
	Permissions  []Named     `json:"permissions" nullable:"false"`
	Applications []Named     `json:"applications" nullable:"false"`
}

// Describe returns the descriptor.
func Describe() Descriptor {
	return Descriptor{Allotments: allotments, Permissions: permissions, Applications: applications}
}

// The allotments that rules of other packages speak of.
const (
	Customers     = "max_cl"
	Websites      = "max_site"
	BackupSize    = "max_backup_size"
	MaxUploadSize = 5 << 30 // bytes; what one upload to the storage may have
)

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
	for _, a := range allotments {
		byName[a.Name] = a
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

// Pooled tells whether the sets of subscriptions draw on the reseller's allotment: what is counted together. The size of one
// mailbox or backup is a bound on each instead.
func Pooled(name string) bool { return name != "mbox_quota" && name != BackupSize }
