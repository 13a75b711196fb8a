import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

const BUSY = 0.1;

/** A sentence about this machine, with a warning when something else has it at work. */
export async function aboutMachine() {
  const busy = await busyShare();
  const { model } = cpus()[0];
  const about = `Node ${process.versions.node}, ${cpus().length} x ${model.trim()}`;
  if (busy < BUSY) return about;
  return `${about}\nWARNING: the machine is busy (${Math.round(busy * 100)} %): expect rows to spread`;
}

async function busyShare() {
  const before = times();
  await wait(1000);
  const after = times();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function times() {
  const all = cpus().flatMap((cpu) => Object.entries(cpu.times));
  const sum = (entries) => entries.reduce((total, [, value]) => total + value, 0);
  return { all: sum(all), idle: sum(all.filter(([name]) => name === 'idle')) };
}
