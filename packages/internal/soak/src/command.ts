/** `pnpm soak [seconds]`; default as long as 100,000 calls and 1,000 renewals take. */
import { conditions, renderResult } from "./result.ts";
import { soak } from "./soak.ts";

const seconds = Number(process.argv[2] ?? 300);
if (!(seconds >= 30)) throw new RangeError("give a number of seconds, 30 or more");
const result = await soak({
  seconds,
  onProgress: ({ seconds: elapsed, requests, exchanges, failures }) =>
    process.stderr.write(
      `\r${Math.round(elapsed)}/${seconds} s, ${requests.total} requests, ${exchanges} exchanges, ${failures.length} failures `,
    ),
});
process.stderr.write("\r\u001b[K");
console.log(renderResult(result));
process.exit(conditions.every(([, isMet]) => isMet(result)) ? 0 : 1);
