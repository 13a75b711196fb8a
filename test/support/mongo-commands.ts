import type { Connection, mongo } from 'mongoose';

/** A command that the driver sent: `find`, `update`, ... and what it said. */
export interface SentCommand {
  readonly name: string;
  readonly command: mongo.Document;
}

/** What happens on the wire, of a connection opened with `monitorCommands`. */
export function listenToCommands(connection: Connection): { take(): SentCommand[] } {
  let sent: SentCommand[] = [];
  connection.getClient().on('commandStarted', ({ commandName, command }: mongo.CommandStartedEvent) => {
    // A change stream asks for more by itself, whenever it comes to that.
    if (commandName !== 'getMore') sent.push({ name: commandName, command });
  });
  return {
    take() {
      const taken = sent;
      sent = [];
      return taken;
    },
  };
}

/** The stages of the plan for what a command looks for, the last first. */
export async function planOf(connection: Connection, { name, command }: SentCommand): Promise<string[]> {
  const { filter, sort, hint } = lookup(name, command);
  const collection = connection.db!.collection(command[name]);
  const explain = async (index: mongo.Hint | undefined): Promise<string[]> => {
    const cursor = collection.find(filter);
    if (sort) cursor.sort(sort);
    if (index) cursor.hint(index);
    const { queryPlanner } = await cursor.explain('queryPlanner');
    return stagesOf(queryPlanner.winningPlan);
  };
  const stages = await explain(hint);
  if (!stages.includes('COLLSCAN')) return stages;
  return (await plansSimply(connection)) ? explain(await indexFor(collection, filter)) : stages;
}

/**
 * SecantusDB's planner leaves an index alone as soon as a filter says more than the index holds. Given the index, it
 * plans as MongoDB does by itself.
 */
async function plansSimply(connection: Connection): Promise<boolean> {
  return 'secantusVersion' in (await connection.db!.command({ buildInfo: 1 }));
}

/** One whose every field the filter gives. */
async function indexFor(
  collection: mongo.Collection,
  filter: mongo.Document,
): Promise<mongo.Hint | undefined> {
  const indexes = await collection.indexes();
  return indexes.find(({ key }) => Object.keys(key).every((field) => field in filter))?.name;
}

interface Lookup {
  readonly filter: mongo.Document;
  readonly sort?: mongo.Sort;
  readonly hint?: mongo.Hint;
}

function lookup(name: string, command: mongo.Document): Lookup {
  switch (name) {
    case 'find':
      return { filter: command['filter'], sort: command['sort'], hint: command['hint'] };
    case 'findAndModify':
      return { filter: command['query'] };
    case 'update':
      return { filter: command['updates'][0].q };
    case 'delete':
      return { filter: command['deletes'][0].q };
    case 'aggregate':
      return { filter: command['pipeline'][0].$match, hint: command['hint'] };
    default:
      throw new Error(`no plan for ${name}`);
  }
}

function stagesOf(plan: mongo.Document): string[] {
  const below = [plan['inputStage'], plan['queryPlan'], ...(plan['inputStages'] ?? [])].filter(Boolean);
  return [...(plan['stage'] ? [plan['stage']] : []), ...below.flatMap(stagesOf)];
}
