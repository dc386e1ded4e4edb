// Says what npm's recheck (4.5.0) thinks of the expressions on standard input, one a line: vulnerable ones as exponential or
// polynomial with the degree, others as safe, unknown or refused (not JavaScript's).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

process.env.RECHECK_BACKEND = "pure";
const { checkSync } = createRequire(process.cwd() + "/")("recheck");

for (const source of readFileSync(0, "utf8").split("\n")) {
  if (source === "") continue;
  let verdict = "refused";
  try {
    new RegExp(source, "");
    const answer = checkSync(source, "", { timeout: 20000, checker: "automaton" });
    verdict = answer.status;
    if (verdict === "vulnerable") verdict = answer.complexity.type;
    if (verdict === "polynomial") verdict += " " + answer.complexity.degree;
  } catch {}
  console.log(source + "\t" + verdict);
}
