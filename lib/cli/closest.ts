/** The known name that a misspelt one was probably meant to be. */
export function closest(wrong: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, edits: edits(wrong, name) }))
    .filter(({ name, edits }) => edits <= Math.max(2, name.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.name ?? known.find((name) => wrong.length > 2 && name.startsWith(wrong));
}

/**
 * Levenshtein distance: the number of characters to insert, delete or replace. Keeps one row of the table in memory.
 */
function edits(from: string, to: string): number {
  const row = Array.from(to, (other, index) => ({ other, cost: index + 1 }));
  let total = row.length;
  for (const [index, character] of Array.from(from).entries()) {
    let diagonal = index;
    total = index + 1;
    for (const cell of row) {
      const replaced = diagonal + (character === cell.other ? 0 : 1);
      diagonal = cell.cost;
      total = Math.min(replaced, cell.cost + 1, total + 1);
      cell.cost = total;
    }
  }
  return total;
}
