package access

import "net/netip"

// networkBits is how much of an IPv6 address names the network that one subscriber has; the rest is the subscriber's to choose.
const networkBits = 64

// Network is what attempts from an address are counted by, so that nobody has more of them for having more addresses: an IPv6
// address's network, and any other address itself. What is no address counts as it is.
func Network(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	parsed = parsed.Unmap().WithZone("")
	if parsed.Is4() {
		return parsed.String()
	}
	network, err := parsed.Prefix(networkBits)
	if err != nil {
		return address
	}
	return network.String()
}
