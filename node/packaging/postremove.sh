#!/bin/sh
# Forgets the stored states and the token when the package is purged.
set -e
if [ "$1" = purge ]; then
  rm -rf /var/lib/tenantry-node /etc/tenantry-node
fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
