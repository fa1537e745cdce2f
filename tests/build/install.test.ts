import { afterEach, describe, expect, mock, setDefaultTimeout, spyOn, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { install } from "../../lib/build/install.ts";
import { skillPath } from "../support/copies.ts";
import { temporaryFolder } from "../support/project.ts";
import { type Files, oldFiles, readFiles, releaseFiles, temporaryRelease, writeFiles } from "../support/release.ts";

setDefaultTimeout(60_000);
afterEach(() => mock.restore());

type Host = Disposable & { path: string; target: string };

/** A project with these files at the place of the skill. */
function hostWith(files: Files = {}): Host {
  const folder = temporaryFolder();
  const target = join(folder.path, skillPath);
  writeFiles(target, files);
  return { ...folder, target };
}

/** The files of a release with one of them in another form. */
function changed(files: Files, path: string, change: (text: string) => string): Files {
  return { ...files, [path]: change(files[path] ?? "") };
}

function expectOnly(host: Host, files: Files): void {
  expect(readFiles(host.target)).toEqual(files);
  expect(fs.readdirSync(join(host.target, ".."))).toEqual(["session"]);
}

describe("a fresh installation", () => {
  test("copies the skill as it is, and nothing else", () => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith();
    expect(install(release.path, host.path)).toEqual({ target: host.target, before: undefined, now: "1.1.0", frontMatter: [] });
    expectOnly(host, release.files);
  });

  test.each<{ what: string; make: (target: string) => void; stays?: Files }>([
    { what: "an empty folder", make: () => undefined },
    { what: "empty folders within one another", make: (target) => fs.mkdirSync(join(target, "scripts")) },
    {
      what: "what the Finder left",
      make: (target) => fs.writeFileSync(join(target, ".DS_Store"), ""),
      stays: { ".DS_Store": "" },
    },
  ])("goes into $what", ({ make, stays = {} }) => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith();
    fs.mkdirSync(host.target, { recursive: true });
    make(host.target);
    expect(install(release.path, host.path)).toMatchObject({ before: undefined });
    expectOnly(host, { ...release.files, ...stays });
  });

  test.each([".claude", ".claude/skills", skillPath])("goes to where the symbolic link %s leads, which stays", (link) => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith();
    using elsewhere = temporaryFolder();
    const folder = join(elsewhere.path, "the folder");
    fs.mkdirSync(folder);
    fs.mkdirSync(join(host.path, link, ".."), { recursive: true });
    fs.symlinkSync(folder, join(host.path, link));
    const target = join(folder, skillPath.slice(link.length));
    for (const before of [undefined, "1.1.0"])
      expect(install(release.path, host.path)).toEqual({ target: join(target), before, now: "1.1.0", frontMatter: [] });
    expect(readFiles(target)).toEqual(release.files);
    expect(fs.readlinkSync(join(host.path, link))).toBe(folder);
    expect(fs.readdirSync(elsewhere.path)).toEqual(["the folder"]);
  });

  test.each([".claude", ".claude/skills", skillPath])(
    "fails and names the place if %s is a link to nothing, or a file",
    (path) => {
      using release = temporaryRelease("1.1.0");
      for (const make of [(at: string) => fs.symlinkSync("/nowhere/at/all", at), (at: string) => fs.writeFileSync(at, "mine")]) {
        using host = hostWith();
        fs.mkdirSync(join(host.path, path, ".."), { recursive: true });
        make(join(host.path, path));
        const before = readFiles(host.path);
        expect(() => install(release.path, host.path)).toThrow(
          expect.objectContaining({
            code: "failed",
            message: expect.stringContaining(host.target),
            help: "something else is at that path or above it; move it away",
          }),
        );
        expect(readFiles(host.path)).toEqual(before);
      }
    },
  );

  test.each(["/nowhere/at/all", "/dev/null"])("fails if the project %s is no folder", (project) => {
    using release = temporaryRelease("1.1.0");
    expect(() => install(release.path, project)).toThrow(
      expect.objectContaining({ code: "usage", message: `"${project}" is not a folder`, help: "bun run build --into PROJECT" }),
    );
  });
});

describe("an installation of a skill that is not whole", () => {
  test.each<{ what: string; spoil: (source: string) => void; flaw: string }>([
    {
      what: "a script is missing",
      spoil: (source) => fs.rmSync(join(source, "scripts/save.ts")),
      flaw: "there is no scripts/save.ts",
    },
    {
      what: "a script is empty",
      spoil: (source) => fs.writeFileSync(join(source, "scripts/set.ts"), ""),
      flaw: "scripts/set.ts is not what its checksum says",
    },
    {
      what: "everything is missing",
      spoil: (source) => fs.rmSync(source, { recursive: true }),
      flaw: "there is no checksums.txt",
    },
    {
      what: "SKILL.md has lost its front matter",
      spoil: (source) => fs.writeFileSync(join(source, "SKILL.md"), "# session\n\ntext of 1.1.0\n"),
      flaw: "SKILL.md names no version",
    },
    {
      what: "a script has no checksum",
      spoil: (source) => fs.writeFileSync(join(source, "checksums.txt"), "# session-skill 1.1.0: none\n"),
      flaw: "SKILL.md is not what its checksum says",
    },
    { what: "something else is there", spoil: (source) => fs.writeFileSync(join(source, "x.swp"), ""), flaw: 'it holds "x.swp"' },
  ])("fails if $what, and leaves a project as it is", ({ spoil, flaw }) => {
    using release = temporaryRelease("1.1.0");
    const source = join(release.path, "skills/session");
    spoil(source);
    using sound = hostWith(releaseFiles("1.0.9"));
    using bare = temporaryFolder();
    const failure = { code: "failed", message: `${source} is not whole: ${flaw}`, help: "bun run build, or a new clone" };
    for (const { path } of [sound, bare]) expect(() => install(release.path, path)).toThrow(expect.objectContaining(failure));
    expectOnly(sound, releaseFiles("1.0.9"));
    expect(fs.readdirSync(bare.path)).toEqual([]);
  });

  test("is not what the Finder leaves in a clone", () => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith();
    fs.writeFileSync(join(release.path, "skills/session/.DS_Store"), "");
    expect(install(release.path, host.path)).toMatchObject({ now: "1.1.0" });
  });

  test("fails if somebody else takes away what is being installed", () => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith();
    const { cpSync } = fs;
    spyOn(fs, "cpSync").mockImplementation((from, to, options) => {
      cpSync(from, to, options);
      fs.rmSync(join(String(to), "scripts/get.ts"));
    });
    const message = `cannot install ${host.target}: there is no scripts/get.ts; does another installation run?`;
    expect(() => install(release.path, host.path)).toThrow(expect.objectContaining({ message, help: "run this again" }));
    mock.restore();
    install(release.path, host.path);
    expectOnly(host, release.files);
  });
});

describe("an installation over a copy", () => {
  test("tells what goes from the front matter of SKILL.md, in which people and other installers write", () => {
    using release = temporaryRelease("1.2.0");
    const write = (text: string) => text.replace("metadata:", "description: |\n  mine\nallowed-tools:\n  - Bash\nmetadata:");
    using host = hostWith(changed(releaseFiles("1.1.0"), "SKILL.md", write));
    expect(install(release.path, host.path).frontMatter).toEqual(["description: |", "mine", "allowed-tools:", "- Bash"]);
    expectOnly(host, release.files);
  });

  test("refuses a FIFO in the place of its checksums, and does not wait for it", () => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith(release.files);
    fs.rmSync(join(host.target, "checksums.txt"));
    Bun.spawnSync(["mkfifo", join(host.target, "checksums.txt")]);
    expect(() => install(release.path, host.path)).toThrow(
      expect.objectContaining({ message: `${host.target} holds an edited "checksums.txt"` }),
    );
  });

  test("of the same version changes no file", () => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith();
    install(release.path, host.path);
    const inodes = () => Object.keys(release.files).map((path) => fs.statSync(join(host.target, path)).ino);
    const before = inodes();
    expect(install(release.path, host.path)).toEqual({ target: host.target, before: "1.1.0", now: "1.1.0", frontMatter: [] });
    expect(inodes()).toEqual(before);
    expectOnly(host, release.files);
  });

  test.each([
    { from: "1.1.0", to: "1.2.0" },
    { from: "2.0.0", to: "1.1.0" },
  ])("leads from $from to $to, with files that are new, other and gone", ({ from, to }) => {
    using release = temporaryRelease(to, { "scripts/new.ts": "new\n" });
    using host = hostWith(releaseFiles(from, { "scripts/gone.ts": "gone\n", "docs/gone.md": "gone\n" }));
    expect(install(release.path, host.path)).toEqual({ target: host.target, before: from, now: to, frontMatter: [] });
    expectOnly(host, release.files);
  });

  test("of version 1.0.0 leaves none of its bytecode", () => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith(oldFiles());
    expect(install(release.path, host.path)).toMatchObject({ before: "1.0.0", now: "1.1.0" });
    expectOnly(host, release.files);
  });

  test("of version 1.0.0, over which the new one was copied by hand, leaves none of its bytecode", () => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith({ ...oldFiles(), ...release.files });
    install(release.path, host.path);
    expectOnly(host, release.files);
  });

  test.each([
    { installer: "openskills", adds: { ".openskills.json": "{}" } },
    { installer: "skillkit", adds: { ".skillkit.json": "{}" } },
    { installer: "nobody, which the Finder has looked at", adds: { ".DS_Store": "", "scripts/.DS_Store": "" } },
  ])("by $installer replaces the skill, and leaves what was added", ({ adds }) => {
    using release = temporaryRelease("1.2.0");
    using host = hostWith({ ...releaseFiles("1.1.0"), ...(adds as Files) });
    expect(install(release.path, host.path)).toMatchObject({ before: "1.1.0" });
    expectOnly(host, { ...release.files, ...adds });
  });

  test("by gh, which writes SKILL.md anew, replaces it", () => {
    using release = temporaryRelease("1.2.0");
    const source = "    github-path: skills/session\n    github-ref: refs/tags/v1.1.0\n    github-tree-sha: 7a8633b2cf8d\n";
    const byGh = (text: string) =>
      text.replace(/^---\n[\s\S]*\n---\n\n/, `---\nmetadata:\n${source}    version: 1.1.0\nname: session\n---\n`);
    using host = hostWith(changed(releaseFiles("1.1.0"), "SKILL.md", byGh));
    expect(readFiles(host.target)["SKILL.md"]).toContain("github-ref");
    expect(install(release.path, host.path)).toMatchObject({ before: "1.1.0" });
    expectOnly(host, release.files);
  });

  test.each([
    { what: "a script", gone: (path: string) => path === "scripts/get.ts" },
    { what: "every script", gone: (path: string) => path.startsWith("scripts/") },
    { what: "the licenses", gone: (path: string) => path.includes("LICENSE") },
    { what: "SKILL.md", gone: (path: string) => path === "SKILL.md" },
  ])("that lacks $what completes it", ({ gone }) => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith(Object.fromEntries(Object.entries(release.files).filter(([path]) => !gone(path))));
    install(release.path, host.path);
    expectOnly(host, release.files);
  });
});

describe("an installation refuses, and leaves everything as it is,", () => {
  const aside = "move it away, then run this again";
  const keep = "keep your edit elsewhere and delete that file, then run this again";
  const edited = (path: string, files: Files) => ({
    what: `an edited ${path}`,
    files: changed(files, path, (text) => `${text.replace("// generated", "//")}// mine\n`),
    message: `holds an edited "${path}"`,
    help: keep,
  });
  const copy = releaseFiles("1.1.0");
  const { "checksums.txt": _, ...withoutChecksums } = copy;

  test.each<{ what: string; files: Files; message: string; help: string }>([
    ...Object.keys(withoutChecksums).map((path) => edited(path, copy)),
    { ...edited("scripts/set.ts", oldFiles()), what: "an edited scripts/set.ts of version 1.0.0" },
    {
      what: "a file of the user's",
      files: { ...copy, "scripts/mine.ts": "" },
      message: 'holds "scripts/mine.ts", which is not of this skill',
      help: aside,
    },
    {
      what: "a file of the user's of a name that the new version has",
      files: { ...copy, "scripts/new.ts": "mine" },
      message: 'holds an edited "scripts/new.ts"',
      help: keep,
    },
    {
      what: "sessions that were kept in it",
      files: { ...copy, "ia/state/sessions/pr.json": "{}" },
      message: 'holds "ia/state/sessions/pr.json", which is not of this skill',
      help: aside,
    },
    {
      what: "another skill",
      files: { "SKILL.md": "---\nname: sessions\n---\n" },
      message: "holds something other than this skill",
      help: aside,
    },
    {
      what: "another skill of this name with scripts of its own",
      files: { "SKILL.md": "---\nname: session\n---\n", "scripts/get.ts": "mine" },
      message: "holds something other than this skill",
      help: aside,
    },
    {
      what: "a skill with checksums of another name",
      files: { ...copy, "checksums.txt": "# another 1.1.0: sums\n" },
      message: "holds something other than this skill",
      help: aside,
    },
    {
      what: "a copy whose checksums are gone",
      files: withoutChecksums,
      message: "holds something other than this skill",
      help: aside,
    },
    {
      what: "a clone of the repository",
      files: { ...copy, "package.json": "{}" },
      message: 'holds "package.json", which is not of this skill',
      help: aside,
    },
  ])("over $what: $message", ({ files, message, help }) => {
    using release = temporaryRelease("1.2.0", { "scripts/new.ts": "new\n" });
    using host = hostWith(files);
    expect(() => install(release.path, host.path)).toThrow(
      expect.objectContaining({ code: "failed", message: `${host.target} ${message}`, help }),
    );
    expectOnly(host, files);
  });

  test("over a copy whose scripts are a symbolic link to somewhere else", () => {
    using release = temporaryRelease("1.1.0");
    using elsewhere = temporaryFolder();
    using host = hostWith({ "SKILL.md": release.files["SKILL.md"] ?? "", "checksums.txt": release.files["checksums.txt"] ?? "" });
    fs.symlinkSync(elsewhere.path, join(host.target, "scripts"));
    expect(() => install(release.path, host.path)).toThrow('holds "scripts", which is not of this skill');
    expect(fs.readlinkSync(join(host.target, "scripts"))).toBe(elsewhere.path);
  });
});

describe("an installation deletes", () => {
  test("nothing that a list of checksums names outside of the skill", () => {
    using release = temporaryRelease("1.2.0");
    using host = hostWith(releaseFiles("1.1.0"));
    const outside = ["../../../mine.txt", "/../../../mine.txt", "scripts/../../../../mine.txt"];
    fs.writeFileSync(join(host.path, "mine.txt"), "mine");
    fs.appendFileSync(join(host.target, "checksums.txt"), outside.map((path) => `${"0".repeat(64)}  ${path}\n`).join(""));
    install(release.path, host.path);
    expectOnly(host, release.files);
    expect(fs.readFileSync(join(host.path, "mine.txt"), "utf8")).toBe("mine");
  });

  test("what a killed one left, by the exact form of its name", () => {
    using release = temporaryRelease("1.1.0");
    using host = hostWith(release.files);
    const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const others = [
      `.session-${uuid}.tmp.bak`,
      `.session-${uuid.toUpperCase()}.tmp`,
      `.session-${uuid}`,
      ".session-1.tmp",
      `.other-${uuid}.tmp`,
      `session-${uuid}.tmp`,
      "x.tmp",
    ];
    const folder = join(host.target, "..");
    for (const name of [...others, `.session-${uuid}.tmp`]) writeFiles(join(folder, name), { "SKILL.md": "" });
    install(release.path, host.path);
    expect(fs.readdirSync(folder).sort()).toEqual([...others, "session"].sort());
  });

  test("what it made itself, if it fails", () => {
    using release = temporaryRelease("1.2.0");
    using host = hostWith(releaseFiles("1.1.0"));
    spyOn(fs, "renameSync").mockImplementation(() => {
      throw Object.assign(new Error("ENOSPC: no space left on device, rename"), { code: "ENOSPC" });
    });
    expect(() => install(release.path, host.path)).toThrow(
      expect.objectContaining({ code: "failed", message: `cannot install ${host.target}: ENOSPC: no space left on device` }),
    );
    expectOnly(host, releaseFiles("1.1.0"));
  });
});

describe("an installation that is killed after any change to the copy", () => {
  /** Lets `count` files be renamed or deleted and throws then, as if the process ended there. Returns how many it let. */
  function killAfter(count: number): () => number {
    let done = 0;
    const { renameSync, rmSync } = fs;
    const guarded = <A extends unknown[]>(change: (...args: A) => void) => {
      return (...args: A) => {
        if (done === count) throw new Error("killed");
        done += 1;
        change(...args);
      };
    };
    spyOn(fs, "renameSync").mockImplementation(guarded(renameSync) as typeof renameSync);
    const remove = guarded(rmSync) as typeof rmSync;
    spyOn(fs, "rmSync").mockImplementation((path, options) => (options === undefined ? remove(path) : rmSync(path, options)));
    return () => done;
  }

  test.each([
    { from: "1.1.0", files: releaseFiles("1.1.0", { "scripts/gone.ts": "gone\n" }) },
    { from: "1.0.0", files: oldFiles() },
  ])("of $from is completed by the next one", ({ files }) => {
    using release = temporaryRelease("1.2.0", { "scripts/new.ts": "new\n" });
    let wasKilled = true;
    for (let count = 0; wasKilled; count += 1) {
      using host = hostWith(files);
      const changes = killAfter(count);
      try {
        install(release.path, host.path);
        wasKilled = false;
        expect(changes()).toBeGreaterThan(6);
      } catch (error) {
        expect(String(error)).toContain("killed");
      }
      mock.restore();
      install(release.path, host.path);
      expectOnly(host, release.files);
    }
  });
});

describe("while a copy is replaced", () => {
  /** Reads a file over and over until it is told to stop; prints how often it was not whole. */
  const reader = `
    import { readFileSync } from "node:fs";
    const [path, ...texts] = process.argv.slice(2);
    let isDone = false, reads = 0, bad = 0;
    process.on("SIGTERM", () => { isDone = true; });
    console.log("ready");
    while (!isDone && performance.now() < 60_000) { // even if nobody is left to stop it
      for (let index = 0; index < 200; index += 1) {
        reads += 1;
        try { if (!texts.includes(readFileSync(path, "utf8"))) bad += 1; } catch { bad += 1; }
      }
      await Bun.sleep(0);
    }
    console.log(JSON.stringify({ reads, bad }));
  `;

  /** What a reader of a script saw while it was replaced, again and again. */
  async function watch(host: Host, texts: string[], replace: () => void): Promise<{ reads: number; bad: number }> {
    const script = join(host.path, "reader.ts");
    fs.writeFileSync(script, reader);
    const command = [process.execPath, script, join(host.target, "scripts/get.ts"), ...texts];
    await using child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
    const output = child.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    await output.next(); // it is ready
    for (let round = 0; round < 150; round += 1) {
      replace();
      await Bun.sleep(1); // lets the reader go on
    }
    child.kill("SIGTERM");
    const { value } = await output.next();
    return JSON.parse(value ?? "");
  }

  test("there is no moment without a script, or with a part of one", async () => {
    using one = temporaryRelease("1.1.0");
    using two = temporaryRelease("1.2.0");
    using host = hostWith();
    const texts = [one, two].map(({ files }) => files["scripts/get.ts"] ?? "");
    install(one.path, host.path);
    let isNewer = false;
    const { reads, bad } = await watch(host, texts, () => {
      isNewer = !isNewer;
      install((isNewer ? two : one).path, host.path);
    });
    expect({ bad, hasRead: reads > 200 }).toEqual({ bad: 0, hasRead: true });
  });

  test("the reader would see it, as it does if a copy is deleted and put there anew", async () => {
    using one = temporaryRelease("1.1.0");
    using host = hostWith(one.files);
    const { bad } = await watch(host, [one.files["scripts/get.ts"] ?? ""], () => {
      fs.rmSync(host.target, { recursive: true });
      writeFiles(host.target, one.files);
    });
    expect(bad).toBeGreaterThan(0);
  });
});
