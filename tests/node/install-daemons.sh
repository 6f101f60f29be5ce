#!/usr/bin/env bash
# Installs nginx, Postfix, Dovecot, vsftpd and ProFTPD from Debian's packages into a folder, with everything that they
# depend on: install-daemons.sh <folder>. The folder becomes the root of a file system for `chroot`. Nothing of the system is
# changed. If the folder has the daemons already, the script does nothing.
set -euo pipefail
folder=${1:?usage: install-daemons.sh <folder>}
version=1 # raise it when what is installed changes
wanted=(nginx-light postfix dovecot-imapd dovecot-lmtpd vsftpd dash bash coreutils sed grep findutils procps diffutils util-linux)
alternative=(proftpd-core) # conflicts with vsftpd only in name

mkdir -p "$folder"
exec 9>"$folder.lock"
flock 9
if [ -e "$folder/.installed" ] && [ "$(cat "$folder/.installed")" = "$version" ]; then exit; fi
rm -rf "$folder" "$folder.packages"
mkdir -p "$folder.packages/archives/partial" "$folder.packages/lists"
touch "$folder.packages/status" # as if nothing was installed, so that all dependencies are fetched

# fetch <package>... downloads packages with their dependencies.
fetch() {
  apt-get -o Dir::State::status="$folder.packages/status" -o Dir::Cache::archives="$folder.packages/archives" \
    -o APT::Install-Recommends=0 -o APT::Sandbox::User=root -qq -y --download-only install "$@" >"$folder.packages/log" 2>&1
}
if ! fetch "${wanted[@]}" || ! fetch "${alternative[@]}"; then
  apt-get update -qq >/dev/null 2>&1 || true # the lists may be missing or old
  { fetch "${wanted[@]}" && fetch "${alternative[@]}"; } || { cat "$folder.packages/log" >&2; exit 1; }
fi

# Debian's /bin, /lib and /sbin are links into /usr.
mkdir -p "$folder".new/usr/{bin,sbin,lib,lib64}
for name in bin sbin lib lib64; do ln -s "usr/$name" "$folder.new/$name"; done
for package in "$folder.packages"/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$folder.new" --keep-directory-symlink
done
rm -rf "$folder.packages"
echo "$version" >"$folder.new/.installed"
mv "$folder.new" "$folder"
