// matches reports whether a domain contains all words of a search.
export function matches(domain: string, search: string): boolean {
  return search.toLowerCase().split(/\s+/).every((word) => domain.toLowerCase().includes(word));
}
