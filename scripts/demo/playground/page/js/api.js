/** Asks the demo for something; rejects with its own words where it refuses. */
export async function ask(name, given = {}) {
  const response = await fetch(`/do/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(given),
  });
  return resultOf(response);
}

async function resultOf(response) {
  const result = await response.json();
  if (!response.ok) throw new Error(result.error);
  return result;
}
