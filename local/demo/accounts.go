package demo

// newAccount is the body of a request that creates an account. The demo's accounts have names that software often
// mishandles: quotes, markup, long words, right-to-left scripts, rare characters.
type newAccount struct {
	Login       string  `json:"login"`
	Password    string  `json:"password,omitempty"`
	Contact     contact `json:"contact"`
	Description string  `json:"description,omitempty"`
	ExternalID  string  `json:"externalId,omitempty"`
	Owner       string  `json:"owner,omitempty"`
}

type contact struct {
	Name    string `json:"name"`
	Company string `json:"company,omitempty"`
	Email   string `json:"email"`
	Phone   string `json:"phone,omitempty"`
	Address string `json:"address,omitempty"`
	Country string `json:"country,omitempty"`
	Locale  string `json:"locale,omitempty"`
}

var resellers = []newAccount{
	{Login: "north.hosting", Contact: contact{
		Name: "Ingrid Åström", Company: "North Hosting AB", Email: "ingrid@north.example", Phone: "+46 8 555 01 00",
		Country: "SE", Locale: "sv",
	}},
	{Login: "atlas", Contact: contact{
		Name: "Yusuf El-Sayed", Company: "Atlas & Söhne GmbH", Email: "yusuf@atlas.example", Country: "DE", Locale: "de",
	}},
	{Login: "sakura-web", Contact: contact{
		Name: "佐藤 さくら", Company: "さくらウェブ", Email: "sakura@sakura.example", Country: "JP", Locale: "ja",
	}},
}

// person is a short form of a customer.
type person struct {
	login, name, company, country string
	note                          string
}

// customersByOwner maps an owner's login to its customers. The login "" stands for the administrator.
var customersByOwner = map[string][]person{
	"": {
		{"oneil", "O'Neil <b>x", "O'Neil & Daughters", "IE", "Pays by cheque. Calls on Fridays."},
		{"bobby", "Robert'); DROP TABLE--", "Little Tables Ltd", "GB", "His mother wrote to us."},
		{"null.bytes", "Jennifer Null", "Null Island Tours", "US", ""},
		{"x", "X", "", "", "The shortest name there is."},
		{"ada", "Ada Lovelace", "Analytical Engines", "GB", ""},
		{"grace", "Grace Hopper", "Moth & Relay", "US", "Found a bug."},
		{"long-name", "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff Sr. of Phi", "", "US", ""},
		{"double.space", "Anna  Maria   Rossi", "Forno \"Da Anna\"", "IT", ""},
		{"percent", "100% Wool \\ {{template}}", "${jndi:x} Textiles", "NZ", ""},
		{"emoji", "Zoë 🌻 Müller", "Blumen 🌷 Müller", "AT", ""},
		{"formula", "=SUM(A1:A9)", "+1 Accounting", "NL", "Exports must not calculate her name."},
		{"script", "<script>alert(1)</script>", "</title> Media", "CA", ""},
	},
	"north.hosting": {
		{"lindgren", "Astrid Lindgren", "Katthult Förlag", "SE", "Prefers mail."},
		{"sami", "Áilu Gáppe", "Sápmi Duodji", "NO", ""},
		{"bjork", "Björk Guðmundsdóttir", "", "IS", ""},
		{"oystein", "Øystein Ås", "Ås Bakeri", "NO", "Bakes at night, so do his backups."},
		{"thor", "Þórunn Ægisdóttir", "Ægir hf.", "IS", ""},
		{"soren", "Søren Kierkegaard", "Enten & Eller", "DK", "Undecided about the plan."},
		{"aino", "Äinö Hämäläinen", "Järvi Oy", "FI", ""},
		{"north-shop", "Maja O’Connor-Lind", "Nordic Shop 24/7", "SE", ""},
		{"kiruna", "Per-Erik Kuoljok", "Kiruna IT-stöd", "SE", ""},
	},
	"atlas": {
		{"strauss", "Jürgen Strauß", "Strauß KG", "DE", ""},
		{"noor", "نور الهدى", "مكتبة النور", "EG", "Right to left, with care."},
		{"levi", "דוד לוי", "לוי ובניו", "IL", ""},
		{"papadopoulos", "Νίκος Παπαδόπουλος", "Ελαιώνας", "GR", ""},
		{"ivanova", "Мария Иванова", "ООО «Ромашка»", "KZ", ""},
		{"nunez", "José Ñúñez y Ñíguez", "Peñas S.A.", "ES", ""},
		{"lukasz", "Łukasz Żółć", "Żółw sp. z o.o.", "PL", ""},
		{"istanbul", "İbrahim Işık", "Işık Aydınlatma", "TR", "Dotless and dotted."},
		{"francois", "François d'Aÿ-de La Tour", "Château d’Aÿ", "FR", ""},
		{"dvorak", "Antonín Dvořák", "Nový svět s.r.o.", "CZ", ""},
		{"hawaii", "Keihanaikukauakahihuliheekahaunaele", "ʻŌlelo Web", "US", ""},
	},
	"sakura-web": {
		{"lixiaolong", "李小龍", "龍門武館", "HK", "Be water."},
		{"tanaka", "田中 太郎", "株式会社タナカ", "JP", ""},
		{"kim", "김민준", "서울상점", "KR", ""},
		{"nguyen", "Nguyễn Thị Ánh", "Phở Ánh", "VN", ""},
		{"somchai", "สมชาย ใจดี", "ร้านใจดี", "TH", ""},
		{"priya", "प्रिया शर्मा", "शर्मा स्वीट्स", "IN", ""},
		{"rare", "𠮷野 家", "𠮷野製作所", "JP", "The first character is not a common one."},
		{"halfwidth", "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ電気", "JP", ""},
	},
}

func (p person) account(owner string) newAccount {
	return newAccount{
		Login:       p.login,
		Description: p.note,
		ExternalID:  "demo-" + p.login,
		Owner:       owner,
		Contact:     contact{Name: p.name, Company: p.company, Email: p.login + "@customer.example", Country: p.country},
	}
}
