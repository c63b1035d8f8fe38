/**
 * Git in a test's own repository, whatever the configuration of whoever runs the tests.
 *
 * @param cwd the repository
 * @param args the arguments
 * @returns what it printed, without the last line's end
 */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const person = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["-c", "core.fsmonitor=false", ...person, ...args],
    cwd,
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  }).output();
  if (!success) throw new Error(`git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trimEnd();
}
