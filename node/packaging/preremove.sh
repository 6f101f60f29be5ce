#!/bin/sh
# Stops the agent when the package is removed, but not when it is upgraded.
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl disable --now tenantry-node.service || true
fi
