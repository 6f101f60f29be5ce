// Quantities are the values of allotments as people write them: an amount in a unit, or unlimited.

export const UNLIMITED = -1;

// The units of the API's descriptor.
export type Unit = 'bytes' | 'bytes-per-month' | 'pieces';

// A measure is the unit of an amount. Pieces have none. As in hosting panels, 1 GB is 1024 MB.
export type Measure = '' | 'B' | 'KB' | 'MB' | 'GB' | 'TB';

const factors: readonly (readonly [Measure, number])[] = [
  ['TB', 1024 ** 4], ['GB', 1024 ** 3], ['MB', 1024 ** 2], ['KB', 1024], ['B', 1],
];

const largest = 2 ** 53; // the largest allotment that the API accepts
const decimals = 3;

// Quantity is an allotment in a form. The amount stays while the allotment is unlimited.
export interface Quantity { isUnlimited: boolean; amount: string; measure: Measure }

export const measuresOf = (unit: Unit): readonly Measure[] => (unit === 'pieces' ? [''] : ['MB', 'GB', 'TB']);

// split returns a number of bytes in the largest measure that loses nothing and stays readable. 1536 MB are 1.5 GB.
export function split(bytes: number): { amount: number; measure: Measure } {
  for (const [measure, factor] of factors) {
    const amount = Number((bytes / factor).toFixed(decimals));
    const isReadable = amount < 10_000 || Number.isInteger(amount);
    if (amount >= 1 && isReadable && Math.round(amount * factor) === bytes) return { amount, measure };
  }
  return { amount: bytes, measure: bytes === 0 ? 'GB' : 'B' };
}

// largestMeasure returns the largest measure of which there is at least one, with its bytes.
export const largestMeasure = (bytes: number): readonly [Measure, number] =>
  factors.find(([, factor]) => bytes >= factor) ?? ['B', 1];

// toQuantity returns an allotment as a form holds it. separator is the decimal separator of the user's language.
export function toQuantity(value: number, unit: Unit, separator = '.'): Quantity {
  if (value === UNLIMITED) return { isUnlimited: true, amount: '', measure: unit === 'pieces' ? '' : 'GB' };
  if (unit === 'pieces') return { isUnlimited: false, amount: String(value), measure: '' };
  const { amount, measure } = split(value);
  return { isUnlimited: false, amount: String(amount).replace('.', separator), measure };
}

// toValue returns the allotment as the API wants it. It returns undefined if the amount is not a number, is negative, is
// too large, or is a part of a piece or of a byte.
export function toValue({ isUnlimited, amount, measure }: Quantity): number | undefined {
  if (isUnlimited) return UNLIMITED;
  const text = amount.trim().replace(',', '.');
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const isWhole = measure === '' || measure === 'B';
  const factor = factors.find(([name]) => name === measure)?.[1] ?? 1;
  const value = Math.round(Number(text) * factor);
  if (value > largest || (isWhole && !Number.isInteger(Number(text)))) return undefined;
  return value;
}
