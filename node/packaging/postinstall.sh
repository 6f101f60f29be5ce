#!/bin/sh
# Creates the agent's user. A new agent is not started, because it has no token yet; a running one gets the new program.
set -e
getent passwd tenantry-node >/dev/null ||
  adduser --system --group --no-create-home --home /var/lib/tenantry-node tenantry-node
if [ ! -e /etc/tenantry-node/token ]; then
  touch /etc/tenantry-node/token
  chown root:tenantry-node /etc/tenantry-node/token
  chmod 0640 /etc/tenantry-node/token
fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl try-restart tenantry-node.service
fi
