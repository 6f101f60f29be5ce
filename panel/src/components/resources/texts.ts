import { catalogue } from '../../texts/catalogue';

// The API's descriptor has English names. The names below are for other languages; a new resource has the API's name
// until it is added here.
export const resourceTexts = catalogue({
  allotments: 'Resources',
  permissions: 'Permissions',
  applications: 'Applications',
  unlimited: 'Unlimited',
  perMonth: 'per month',
  invalid: 'Enter a number, such as 10 or 2.5, or choose Unlimited.',
  without: (what: string) => `Needed for: ${what}`,
  granted: 'Yes',
  denied: 'No',
  noApplications: 'No applications',
  bytes: (amount: string) => `${amount} bytes`,
  of: (used: string, limit: string) => `${used} of ${limit}`,
  names: {
    disk_space: 'Disk space', max_traffic: 'Traffic', max_site: 'Websites', max_subdom: 'Subdomains',
    max_dom_aliases: 'Domain aliases', max_box: 'Mailboxes', mbox_quota: 'Size of a mailbox', max_maillists: 'Mailing lists',
    max_db: 'Databases', max_wu: 'Web users', max_subftp_users: 'Additional FTP users', max_webapps: 'Web applications',
    max_backups: 'Backups', max_backup_size: 'Size of all backups', max_cl: 'Customers',
    create_domains: 'Create domains', manage_dns: 'Manage DNS', manage_phosting: 'Manage hosting settings',
    manage_sh_access: 'Manage shell access',
  },
  actions: {
    create_domains: 'creating websites',
    manage_dns: 'changing the DNS records of the domains',
    manage_phosting: 'changing the hosting settings of websites, such as PHP, TLS certificates and the document root',
    manage_sh_access: 'giving FTP and system users access to a shell',
  },
}, {
  allotments: 'Ressourcen',
  permissions: 'Rechte',
  applications: 'Anwendungen',
  unlimited: 'Unbegrenzt',
  perMonth: 'im Monat',
  invalid: 'Geben Sie eine Zahl ein, zum Beispiel 10 oder 2,5, oder wählen Sie Unbegrenzt.',
  without: (what: string) => `Nötig für: ${what}`,
  granted: 'Ja',
  denied: 'Nein',
  noApplications: 'Keine Anwendungen',
  bytes: (amount: string) => `${amount} Byte`,
  of: (used: string, limit: string) => `${used} von ${limit}`,
  names: {
    disk_space: 'Speicherplatz', max_traffic: 'Datenverkehr', max_site: 'Websites', max_subdom: 'Subdomains',
    max_dom_aliases: 'Domain-Aliasse', max_box: 'Postfächer', mbox_quota: 'Größe eines Postfachs', max_maillists: 'Mailinglisten',
    max_db: 'Datenbanken', max_wu: 'Web-Benutzer', max_subftp_users: 'Zusätzliche FTP-Benutzer', max_webapps: 'Web-Anwendungen',
    max_backups: 'Backups', max_backup_size: 'Größe aller Backups', max_cl: 'Kunden',
    create_domains: 'Domains anlegen', manage_dns: 'DNS verwalten', manage_phosting: 'Hosting-Einstellungen verwalten',
    manage_sh_access: 'Shell-Zugang verwalten',
  },
  actions: {
    create_domains: 'Websites anlegen',
    manage_dns: 'die DNS-Einträge der Domains ändern',
    manage_phosting: 'die Hosting-Einstellungen der Websites ändern, zum Beispiel PHP, TLS-Zertifikate und das Stammverzeichnis',
    manage_sh_access: 'FTP- und Systembenutzern den Zugang zu einer Shell geben',
  },
});
