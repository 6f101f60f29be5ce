// The characters of generated passwords: none that look alike, such as l and 1.
const characters = 'abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679';
const groups = 4;
const groupLength = 5;

type Random = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

// createPassword returns a random password of four groups, with about 113 bits of randomness.
export function createPassword(random: Random = (bytes) => crypto.getRandomValues(bytes)): string {
  const limit = 256 - (256 % characters.length); // larger bytes would make some characters more likely
  let text = '';
  while (text.length < groups * groupLength) {
    for (const byte of random(new Uint8Array(32))) if (byte < limit) text += characters.charAt(byte % characters.length);
  }
  return text.slice(0, groups * groupLength).replace(/.{5}(?=.)/g, '$&-');
}
