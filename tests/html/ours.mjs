// Our components, written by the program `component`: one process for all that is asked of it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

// Where our options are not shaped as those of the macro.
const adapt = {
  "service-navigation": (options) => {
    const end = options.slots?.end;
    if (end === null || typeof end !== "object") return options;
    return { ...options, slots: { ...options.slots, end: end.html, endInline: end.align === "inline" } };
  },
  pagination: (options) =>
    options.items && { ...options, items: options.items.map((item) => (item && Object.keys(item).length ? item : null)) },
};

export class Ours {
  constructor(program) {
    this.child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async write(component, options) {
    const adapted = adapt[component]?.(options) || options;
    this.child.stdin.write(`${JSON.stringify({ component, options: adapted })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the program ended at ${component} ${JSON.stringify(options)}`);
    return JSON.parse(value);
  }

  async end() {
    const ended = new Promise((resolve) => this.child.on("close", resolve));
    this.child.stdin.end();
    const status = await ended;
    if (status !== 0) throw new Error(`the program ended with ${status}`);
  }
}
