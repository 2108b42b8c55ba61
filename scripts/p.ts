import { Application } from "typedoc";
import { listModules } from "/work/wt-reference/scripts/reference/list-modules.ts";
import { compileSources } from "/work/wt-reference/scripts/reference/compile-sources.ts";
const root="/work/wt-reference";
const app = await Application.bootstrap({ name:"x", disableSources:true, router:"structure", excludeExternals:true, readme:"none",validation:{notExported:true,invalidLink:true,notDocumented:false}, out:"/tmp/reference/out"});
console.log(process.cpuUsage());
const mods=listModules(root,["main"]);
console.log(mods.map(m=>m.name+" "+m.file));
const eps=compileSources(root,mods,t=>t);
console.log(process.cpuUsage());
const project=app.converter.convert(eps.filter(e=>!e.displayName.endsWith("/internal")));
console.log(process.cpuUsage());
for (const n of ["auth","client","redis","emulator","types"]) { project.packageName="@qbench-sdk/"+n; app.validate(project); }

console.log(process.cpuUsage());
import { findUndocumented } from "/work/wt-reference/scripts/reference/find-undocumented.ts";
const u=findUndocumented(project, f=>/types\/src\/[^/]*$/.test(f));
console.log("UNDOC",u.length); console.log(u.join("\n"));
