package server

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// User ids in the server.
const (
	wwwData = 62001 + iota
	postfixUser
	postdrop
	dovecotUser
	dovenull
	vmail
	proftpdUser
	agentUser
	firstLogin
)

// configureSystem writes the files that Debian's installer and the packages' scripts would write.
func (s *Server) configureSystem() error {
	hash, err := exec.Command("openssl", "passwd", "-6", Password).Output()
	if err != nil {
		return err
	}
	var passwd, group, shadow strings.Builder
	passwd.WriteString("root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n")
	group.WriteString("root:x:0:\nnogroup:x:65534:\nshadow:x:42:\n")
	shadow.WriteString("root:*:19000:0:99999:7:::\n")
	for name, id := range map[string]int{
		"www-data": wwwData, "postfix": postfixUser, "postdrop": postdrop, "dovecot": dovecotUser, "dovenull": dovenull,
		"vmail": vmail, "proftpd": proftpdUser, "tenantry-node": agentUser,
	} {
		fmt.Fprintf(&passwd, "%s:x:%d:%d::/nonexistent:/usr/sbin/nologin\n", name, id, id)
		fmt.Fprintf(&group, "%s:x:%d:\n", name, id)
	}
	var failures []error
	for i, site := range s.Sites {
		uid := firstLogin + i
		home := "/srv/" + site.Domain
		fmt.Fprintf(&passwd, "%s:x:%d:%d::%s:/bin/sh\n", site.Login, uid, uid, home)
		fmt.Fprintf(&group, "%s:x:%d:\n", site.Login, uid)
		fmt.Fprintf(&shadow, "%s:%s:19000:0:99999:7:::\n", site.Login, strings.TrimSpace(string(hash)))
		failures = append(failures, s.jail.folder(home, uid, 0o755),
			s.jail.write(home+"/index.html", "<h1>This is "+site.Domain+"</h1>\n", 0o644))
	}
	for path, text := range map[string]string{
		"etc/passwd": passwd.String(), "etc/group": group.String(), "etc/shells": "/bin/sh\n", "etc/hosts": "127.0.0.1 localhost\n",
		"etc/resolv.conf": "", "etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
		"etc/pam.d/common-password": "password required pam_deny.so\n", "etc/pam.d/common-auth": "auth required pam_unix.so\n", "etc/pam.d/common-account": "account required pam_unix.so\n",
		"etc/pam.d/common-session":                "session required pam_permit.so\n",
		"etc/pam.d/common-session-noninteractive": "session required pam_permit.so\n",
	} {
		failures = append(failures, s.jail.write(path, text, 0o644))
	}
	return errors.Join(append(failures, s.jail.write("etc/shadow", shadow.String(), 0o600))...)
}

// example returns an example of docs/node.md, with the ports and the address of this server.
func (s *Server) example(path string) (string, error) {
	text, err := os.ReadFile(filepath.Join(s.Repository, "node/examples", path))
	replace := strings.NewReplacer(
		"127.0.0.1:9465", "127.0.0.1:"+strconv.Itoa(s.Policy),
		"127.0.0.1:9466", "127.0.0.1:"+strconv.Itoa(s.Postfix),
		"127.0.0.1:9467", "127.0.0.1:"+strconv.Itoa(s.Metrics),
		"https://panel.example.com ", s.ServiceURL+" ",
	)
	return replace.Replace(string(text)), err
}

// install writes an example to where its comment says, between other text.
func (s *Server) install(example, path, before, after string) error {
	text, err := s.example(example)
	return errors.Join(err, s.jail.write(path, before+text+after, 0o644))
}

func (s *Server) configureAgent() error {
	program, err := os.ReadFile(s.Agent)
	if err = errors.Join(err, s.jail.write("usr/bin/tenantry-node", string(program), 0o755)); err != nil {
		return err
	}
	var logins strings.Builder
	for _, site := range s.Sites {
		fmt.Fprintf(&logins, "%s %s\n", site.Login, site.Domain)
	}
	return errors.Join(
		s.jail.folder("run/tenantry-node", agentUser, 0o755),
		s.jail.folder("var/lib/tenantry-node", agentUser, 0o700),
		s.install("config.yaml", "etc/tenantry-node/config.yaml", "", ""),
		s.jail.write("etc/tenantry-node/ftp-logins", logins.String(), 0o644),
		s.SetToken(s.Token),
	)
}

// Names of sites to compare with.
const (
	WithoutAgent = "without-agent.example" // is served without asking
	WithoutCache = "without-cache.example" // asks the agent at each request
)

func (s *Server) configureNginx() error {
	var text strings.Builder
	text.WriteString("user www-data;\nworker_processes 1;\npid /run/nginx.pid;\nerror_log /var/log/nginx-error.log;\n" +
		"events { worker_connections 1024; }\nhttp {\naccess_log off;\ndefault_type text/html;\n" +
		"include /etc/nginx/conf.d/tenantry-node.conf;\n")
	for _, site := range s.Sites {
		fmt.Fprintf(&text, "server {\nlisten 127.0.0.1:%d;\nserver_name %s *.%s;\nroot /srv/%s;\n%s}\n",
			s.Ports.Nginx, site.Domain, site.Domain, site.Domain, "include /etc/nginx/snippets/tenantry-node-site.conf;\n")
	}
	isDefault := " default_server"
	if s.AnyName {
		isDefault = ""
	}
	// To compare with: a site without the agent, and one that asks the agent at each request.
	fmt.Fprintf(&text, "server {\nlisten 127.0.0.1:%d%s;\nserver_name %s;\nroot /srv/%s;\n}\n",
		s.Ports.Nginx, isDefault, WithoutAgent, s.Sites[0].Domain)
	fmt.Fprintf(&text, "server {\nlisten 127.0.0.1:%d;\nserver_name %s;\nroot /srv/%s;\n"+
		"auth_request /check;\nlocation = /check {\ninternal;\nauth_request off;\n"+
		"proxy_pass http://tenantry_node/check?domain=%s;\nproxy_http_version 1.1;\nproxy_set_header Connection \"\";\n"+
		"proxy_pass_request_body off;\nproxy_pass_request_headers off;\nproxy_set_header Content-Length \"\";\n}\n}\n}\n",
		s.Ports.Nginx, WithoutCache, s.Sites[0].Domain, s.Sites[0].Domain)
	return errors.Join(
		s.jail.folder("var/cache/nginx", wwwData, 0o700),
		s.jail.write("etc/nginx/nginx.conf", text.String(), 0o644),
		s.install("nginx/tenantry-node.conf", "etc/nginx/conf.d/tenantry-node.conf", "", ""),
		s.install("nginx/tenantry-node-site.conf", "etc/nginx/snippets/tenantry-node-site.conf", "", ""),
	)
}

func (s *Server) configureFTP() error {
	vsftpd := fmt.Sprintf("listen=YES\nbackground=NO\nlisten_address=127.0.0.1\nlisten_port=%d\nanonymous_enable=NO\n"+
		"local_enable=YES\nsecure_chroot_dir=/run/vsftpd/empty\nnopriv_user=nobody\nvsftpd_log_file=/var/log/vsftpd.log\n"+
		"xferlog_enable=YES\n", s.Vsftpd)
	proftpd := fmt.Sprintf(
		"ServerName test\nServerType standalone\nPort %d\nDefaultAddress 127.0.0.1\nSocketBindTight on\n"+
			"UseIPv6 off\nUser proftpd\nGroup nogroup\nWtmpLog off\nScoreboardFile /run/proftpd/scoreboard\n"+
			"PidFile /run/proftpd/pid\nSystemLog /var/log/proftpd.log\nTransferLog none\n",
		s.ProFTPD,
	)
	const pam = "@include common-auth\n@include common-account\n@include common-session\n"
	return errors.Join(
		s.jail.folder("run/vsftpd/empty", 0, 0o755),
		s.jail.folder("run/proftpd", 0, 0o755),
		s.install("vsftpd/vsftpd.conf", "etc/vsftpd.conf", vsftpd, ""),
		s.install("vsftpd/pam", "etc/pam.d/vsftpd", "", pam),
		s.install("proftpd/proftpd.conf", "etc/proftpd/proftpd.conf", proftpd, ""),
		s.install("proftpd/pam", "etc/pam.d/proftpd", "", pam),
	)
}
