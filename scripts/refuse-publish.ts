/** Runs before a package is published from its folder, whichever command does that. The names there are not the company's. */
process.stderr.write(
  "The packages are published under the names of company.json. Run pnpm release in the top folder of the repository.\n",
);
process.exitCode = 1;
