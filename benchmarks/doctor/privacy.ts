import { hostname } from "node:os";
import { readEnvironment } from "../../src/backends/tensorflow/cache.ts";

/** Names that say nothing of a person, and occur in messages. */
const general: ReadonlySet<string> = new Set(["root", "user", "runner", "localhost", "ubuntu"]);

/** A path from the root with two names or more, also as a URL; an address of the web is none. */
const path = /(?:file:\/\/|(?<![\w.~/\\…]))(?:[A-Za-z]:)?(?:[\\/][^\s\\/:"'`,;()<>|]+){2,}/g;

/** What a text must not tell of a person. */
export interface Personal {
  /** Home folders. */
  homes: readonly string[];
  /** Names of this user and this machine. */
  names: readonly string[];
}

/** This user's and this machine's, as far as the permissions tell. */
export function personal(): Personal {
  const read = (...names: string[]) =>
    names.map(readEnvironment).filter((value) => value !== undefined);
  const host = hostname();
  const homes = read("HOME", "USERPROFILE").map((home) => home.replace(/[\\/]+$/, ""));
  return {
    homes,
    names: [
      ...read("USER", "USERNAME", "LOGNAME"),
      ...homes.flatMap(userOf),
      ...[host, host.split(".")[0]!],
    ],
  };
}

/** The user of a home folder: in containers and services nothing else may tell the name. */
export function userOf(home: string): string[] {
  return /[\\/](?:home|Users)[\\/]([^\\/]+)$/.exec(home)?.slice(1) ?? [];
}

/**
 * A function that takes out of texts what tells who ran the program and where: home folders and
 * other paths, of which the last name stays, names of users and of the machine.
 */
export function withoutPersonal({ homes, names }: Personal): (text: string) => string {
  const words = names.filter((name) => name.length > 2 && !general.has(name)).map(escaped);
  const named = words.length === 0
    ? undefined
    : new RegExp(`(?<![\\w-])(${words.join("|")})(?![\\w-])`, "gi");
  // Not the beginning of another's: /home/al is none in /home/alice.
  const whole = homes.filter((home) => home.length > 1)
    .map((home) => new RegExp(`${escaped(home)}(?![\\w-])`, "g"));
  return (text) => {
    for (const home of whole) text = text.replace(home, "~");
    text = text.replace(path, (found) => `…/${found.split(/[\\/]/).at(-1)}`);
    return named === undefined ? text : text.replace(named, "…");
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
