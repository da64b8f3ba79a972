// The real program over a demonstration store that is thrown away: on a free port of the loopback, ended by its own
// process id.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export async function startServer(waymark, children) {
  const folder = mkdtempSync(join(tmpdir(), "waymark-browser-"));
  const store = join(folder, "store");
  const pack = ["--pack", join(root, "procedures/llr-chapter-11")];
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const made = execFileSync(waymark, ["demo", "--data", store, "--children", String(children), "--seed", "11", ...pack], {
    encoding: "utf8",
  });
  const child = spawn(
    waymark,
    ["serve", "--data", store, "--listen", "127.0.0.1:0", "--assets", join(root, "assets/dist"), "--one-factor", "--quiet", ...pack],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  child.stderr.on("data", (bytes) => {
    log = (log + bytes).slice(-20000);
  });
  const origin = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (bytes) => {
      text += bytes;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) {
        resolve(found[0]);
      }
    });
    child.on("exit", (code) => reject(new Error(`the server ended with ${code} before it listened: ${log}`)));
    child.on("error", reject);
  });
  return {
    origin,
    // the same for every account of a demonstration
    password: /password of each is: (.+)/.exec(made)[1].trim(),
    // Resolves to the exit code, which the sanitizers make their own.
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.on("exit", (code) => {
          if (code !== 0) {
            console.log(log);
          }
          remove();
          resolve(code);
        });
        child.kill("SIGTERM");
      }),
  };
}
