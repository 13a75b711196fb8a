import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second (USER_HZ). */
const TICK_US = 10_000;

/** Microseconds of processor time that a process and its children have taken; undefined where there is no /proc. */
export function cpuOf(pid) {
  try {
    return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + timeOf(each), 0);
  } catch {
    return undefined;
  }
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}

function timeOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything, the 12th and 13th field are user and system time (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
