package access

import "net/netip"

// networkBits is the length of the IPv6 prefix that one subscriber gets. The subscriber chooses the other bits.
const networkBits = 64

// Network returns the name by which attempts from an address are counted: the network of an IPv6 address, and any other
// address itself. So a subscriber with many IPv6 addresses has no more attempts than others. A text that is no address
// is returned as it is.
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
