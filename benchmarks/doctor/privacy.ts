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
  return {
    homes: read("HOME", "USERPROFILE"),
    names: [...read("USER", "USERNAME", "LOGNAME"), host, host.split(".")[0]!],
  };
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
  return (text) => {
    for (const home of homes.filter((home) => home.length > 1)) text = text.replaceAll(home, "~");
    text = text.replace(path, (found) => `…/${found.split(/[\\/]/).at(-1)}`);
    return named === undefined ? text : text.replace(named, "…");
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
