// What a shop says of itself, for those who have to find out why a test failed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const MOST_WARNINGS = 100;
const MOST_SERVER_LINES = 30;
const MOST_CHARACTERS = 400;
const METRICS_DEADLINE_MS = 5_000;
// How far behind the stages are, what became of them, and which jobs wait.
const FIGURES =
  /^coheron_(stream_(lag_records|restarts_total|stranded_clients_total|stopped_stages)|jobs_queued_jobs)\b/;

/** Prints where the stages and jobs of the running shop stand. */
export async function printFigures(baseUrl) {
  print("stages and jobs of the shop", await figures(baseUrl));
}

/** Prints the warnings of a shop with this data folder, and the ends of the logs of its private servers. */
export function printLogs(dataFolder) {
  const logs = join(dataFolder, "logs");
  print("warnings and errors of the shop", linesOf(join(logs, "coheron.log")).filter(isWarning).slice(-MOST_WARNINGS));
  for (const server of ["kafka", "postgres"]) {
    const log = join(logs, `${server}.log`);
    // Docker keeps those of its servers.
    if (existsSync(log)) print(`the end of ${log}`, linesOf(log).slice(-MOST_SERVER_LINES));
  }
}

async function figures(baseUrl) {
  try {
    const answer = await fetch(`${baseUrl}/metrics`, { signal: AbortSignal.timeout(METRICS_DEADLINE_MS) });
    return (await answer.text()).split("\n").filter((line) => FIGURES.test(line));
  } catch (error) {
    return [`/metrics gave no answer: ${error.message}`];
  }
}

function linesOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

/** The lines of the access log are no warnings, whatever was answered. */
function isWarning(line) {
  try {
    const { level, message } = JSON.parse(line);
    return ["WARN", "ERROR"].includes(level) && message !== "answered";
  } catch {
    return false;
  }
}

function print(title, lines) {
  console.log(`--- ${title}${lines.length ? "" : ": none"} ---`);
  for (const line of lines) console.log(line.slice(0, MOST_CHARACTERS));
}
