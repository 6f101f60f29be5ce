// same compares values of forms, such as texts or a date with a time.
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

// changesBetween returns the values that differ from those before.
export function changesBetween<V extends object>(before: V, after: V): Partial<V> {
  const names = Object.keys(after) as (keyof V)[];
  return Object.fromEntries(names.filter((name) => !same(after[name], before[name])).map((name) => [name, after[name]])) as Partial<V>;
}

// merge joins what two people made of the same version. Fields that only one of them changed have the changed value.
// Fields that both changed differently are conflicts and have my value.
export function merge<V extends object>(base: V, mine: V, theirs: V): { values: V; conflicts: (keyof V & string)[] } {
  const values = { ...mine };
  const conflicts: (keyof V & string)[] = [];
  for (const name of Object.keys(mine) as (keyof V & string)[]) {
    if (same(mine[name], base[name])) values[name] = theirs[name];
    else if (!same(theirs[name], base[name]) && !same(theirs[name], mine[name])) conflicts.push(name);
  }
  return { values, conflicts };
}
