// Runs the browser tests: against the shop that is named, or against one that is started for them and stopped after.
import { spawn } from "node:child_process";
import { chmodSync, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browserPath } from "./lib/browser.mjs";
import { printFigures, printLogs } from "./lib/evidence.mjs";

const START_DEADLINE_MS = 300_000;
const STOP_DEADLINE_MS = 60_000;
// Above the ports among which private servers choose, below those that systems give to outgoing connections: the shop
// listens only when its servers have started.
const FIRST_PORT = 28_000;
const PORT_COUNT = 4_000;
const PORTS_TRIED = 100;
// The status line once every record of the catalogue has been worked off.
const READY = /events in [1-9]\d* +lag 0 +documents [1-9]/;
// Nothing of a developer's own configuration gets into the shop: above all, it would put its demo site, keys, records
// and schemas into the servers that are named there.
const CONFIGURATION = /^(COHERON__.*|COHERON_CONFIG|DATABASE_URL|KAFKA_BROKERS|SCHEMA_REGISTRY_URL)$/;

const program = process.env.COHERON_BINARY;
const isNamed = Boolean(process.env.BASE_URL || process.env.COHERON_DEMO_FILE);
const shop = program && browserPath && !isNamed ? await start() : null;
let code = 1;
try {
  code = await runTests(shop ? { ...shop.environment, COHERON_DEMO_FILE: shop.demoFile } : process.env);
} finally {
  // Whatever is missing of it, the shop is stopped.
  if (shop && code !== 0) await shop.explain().catch(console.error);
  if (shop) await shop.stop(code === 0);
}
process.exit(code);

function runTests(env) {
  const tests = ["--test", "--test-concurrency=1", "--test-reporter=spec"];
  const child = spawn(process.execPath, tests, { stdio: "inherit", env });
  return new Promise((resolve) => child.once("exit", (status) => resolve(status ?? 1)));
}

/** A shop with servers and data of its own, on a free port, whose ERP stays quiet. */
async function start() {
  const folder = mkdtempSync(join(tmpdir(), "coheron-e2e-"));
  // The database may run as another user, who has to get through.
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const logFile = join(folder, "shop.log");
  const log = createWriteStream(logFile);
  console.log(`starting a shop for the browser tests; its output goes to ${logFile}`);
  const command = ["dev", "up", "--data-dir", data, "--port", String(await freePort()), "--rate", "0"];
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !CONFIGURATION.test(name)));
  const child = spawn(program, command, { stdio: ["ignore", "pipe", "pipe"], cwd: folder, env: environment });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const ready = new Promise((resolve) => {
    let seen = "";
    child.stdout.on("data", (bytes) => {
      seen = (seen + bytes).slice(-1_000);
      if (READY.test(seen)) resolve(true);
    });
  });
  child.stdout.pipe(log);
  child.stderr.pipe(log);

  const stop = async (forget) => {
    child.kill("SIGINT");
    const stopped = await Promise.race([ended.then(() => true), afterMs(STOP_DEADLINE_MS)]);
    if (!stopped) console.error(`the shop did not stop within ${STOP_DEADLINE_MS / 1000} s; its data is in ${folder}`);
    else if (forget) rmSync(folder, { recursive: true, force: true });
  };
  process.once("SIGINT", () => stop(false).then(() => process.exit(130)));
  process.once("SIGTERM", () => stop(false).then(() => process.exit(143)));

  const isReady = await Promise.race([ready, ended.then(() => false), afterMs(START_DEADLINE_MS)]);
  const demoFile = join(data, "demo.json");
  if (!isReady || !existsSync(demoFile)) {
    await stop(false);
    printLogs(data);
    console.error(readFileSync(logFile, "utf8").slice(-4_000));
    throw new Error("the shop did not start");
  }
  // To be called while it runs: its figures end with it.
  const explain = async () => {
    await printFigures(JSON.parse(readFileSync(demoFile, "utf8")).base_url);
    printLogs(data);
  };
  return { demoFile, environment, explain, stop };
}

function afterMs(milliseconds) {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds).unref());
}

async function freePort() {
  for (let tried = 0; tried < PORTS_TRIED; tried += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port was found from ${FIRST_PORT} on`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
