package server

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

const dovecotConfiguration = `protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = /var/log/dovecot.log
auth_verbose = yes
# The test signs in wrongly on purpose.
auth_failure_delay = 0
mail_location = maildir:/var/vmail/%%d/%%n
first_valid_uid = %d
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%%u /etc/dovecot/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=/var/vmail/%%d/%%n
}
service imap-login {
  inet_listener imap {
    port = %d
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0666
  }
}
`

const postfixConfiguration = `compatibility_level = 3.6
maillog_file = /dev/stdout
maillog_file_prefixes = /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.server.example
mydestination =
mynetworks =
virtual_mailbox_domains = %s
virtual_mailbox_maps =
virtual_transport = lmtp:unix:/run/dovecot/lmtp
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
`

// outsideConfiguration is that of a mail server elsewhere on the Internet, which sends mail to this server and tries
// again after a second.
const outsideConfiguration = `compatibility_level = 3.6
maillog_file = /dev/stdout
maillog_file_prefixes = /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = outside.example
mydestination =
mynetworks = 127.0.0.0/8
queue_directory = /var/spool/postfix-outside
data_directory = /var/lib/postfix-outside
relayhost = [127.0.0.1]:%d
smtpd_relay_restrictions = permit_mynetworks, reject
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
`

const masterConfiguration = `127.0.0.1:%d inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

// configureMail configures Dovecot, Postfix, and a second Postfix that stands for a mail server on the Internet. Each
// domain has the mailbox info.
func (s *Server) configureMail() error {
	var domains, users []string
	for _, site := range s.Sites {
		domains = append(domains, site.Domain)
		users = append(users, "info@"+site.Domain+":{PLAIN}"+Password+"\n")
	}
	folder := filepath.Join(s.Root, "etc/postfix")
	output, err := exec.Command("cp", "-a", folder, folder+"-outside").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, output)
	}
	return errors.Join(
		s.install("dovecot/tenantry-node.conf", "etc/dovecot/dovecot.conf",
			fmt.Sprintf(dovecotConfiguration, vmail, s.IMAP), ""),
		s.jail.write("etc/dovecot/users", strings.Join(users, ""), 0o644),
		s.jail.folder("run/dovecot", 0, 0o755),
		s.jail.folder("var/vmail", vmail, 0o700),
		s.install("postfix/main.cf", "etc/postfix/main.cf",
			fmt.Sprintf(postfixConfiguration, strings.Join(domains, " ")), ""),
		s.jail.write("etc/postfix/master.cf", fmt.Sprintf(masterConfiguration, s.SMTP), 0o644),
		s.jail.write("etc/postfix-outside/main.cf", fmt.Sprintf(outsideConfiguration, s.SMTP), 0o644),
		s.jail.write("etc/postfix-outside/master.cf", fmt.Sprintf(masterConfiguration, s.Outside), 0o644),
		s.jail.folder("var/spool/postfix", 0, 0o755),
		s.jail.folder("var/spool/postfix/private", postfixUser, 0o700),
		s.jail.folder("var/spool/postfix-outside", 0, 0o755),
		s.jail.folder("var/lib/postfix", postfixUser, 0o700),
		s.jail.folder("var/lib/postfix-outside", postfixUser, 0o700),
	)
}
