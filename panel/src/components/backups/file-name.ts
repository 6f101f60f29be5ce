const longest = 100; // characters that the API accepts

// fileNameOf returns the name under which a file is downloaded later, without what the API does not accept. It returns
// undefined if nothing of the name is left.
export function fileNameOf(name: string): string | undefined {
  const visible = name.normalize('NFC').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').replace(/[/\\]/g, '-');
  const characters = Array.from(visible);
  const extension = /(\.[A-Za-z0-9]{1,5}){1,2}$/.exec(visible)?.[0] ?? '';
  const kept = characters.length <= longest ? visible : characters.slice(0, longest - extension.length).join('') + extension;
  return kept.replace(/^[. ]+|[. ]+$/g, '') || undefined;
}
