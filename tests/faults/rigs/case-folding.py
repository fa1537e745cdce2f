"""
A file system that ignores case and keeps it, as APFS and NTFS do: `case-folding.py SOURCE MOUNTPOINT` shows the folder
SOURCE at MOUNTPOINT and returns as soon as it is mounted.

A name means the entry that differs from it in case at most. A new entry is spelled as it was asked for. A rename over an
entry of another spelling replaces that entry, and what is there then has the new spelling; a rename to another spelling
of the same entry changes the spelling. Unlike APFS, this knows nothing of composed and decomposed letters.

There is one request at a time, so that a rename of two steps is one step for everybody. Record locks belong to the file,
by whatever spelling it was opened, and to the process; what the kernel would do by itself belongs to the spelling. An
open file that is removed or replaced lives on under a name that listings leave out; if it was opened by one spelling and
replaced or removed by another, its `fstat` tells of the new file or fails.
"""

import ctypes, fcntl, os, struct, sys
from errno import EAGAIN, ENOTSUP

try:
    import fusepy as fuse  # Debian's name
except ImportError:
    import fuse

FLOCK, END = "hhqqi", 1 << 63
STAT = "st_mode st_ino st_nlink st_uid st_gid st_size st_blocks st_blksize".split()
STATFS = "f_bsize f_frsize f_blocks f_bfree f_bavail f_files f_ffree f_favail f_namemax".split()


class CaseFolding(fuse.Operations):
    use_ns = flag_nullpath_ok = True

    def __init__(self, source):
        self.source, self.locks = source, {}

    def real(self, path):
        found = self.source
        for name in filter(None, path.split("/")):
            found = os.path.join(found, self.spelled(found, name))
        return found

    def spelled(self, folder, name):
        if os.path.lexists(os.path.join(folder, name)) or not os.path.isdir(folder):
            return name
        return next((other for other in os.listdir(folder) if other.casefold() == name.casefold()), name)

    def owned(self, path, make):
        real, (uid, gid, _) = self.real(path), fuse.fuse_get_context()
        made = make(real)
        os.chown(real, uid, -1 if os.stat(os.path.dirname(real)).st_mode & 0o2000 else gid, follow_symlinks=False)
        return made

    def create(self, path, mode, fi):
        fi.fh = self.owned(path, lambda real: os.open(real, fi.flags | os.O_CREAT, mode))

    def open(self, path, fi):
        fi.fh = os.open(self.real(path), fi.flags & ~os.O_NOFOLLOW)

    def opendir(self, path):
        return os.open(self.real(path), os.O_RDONLY | os.O_DIRECTORY)

    def rename(self, old, new):
        source, target = self.real(old), self.real(new)
        os.rename(source, target)
        os.rename(target, os.path.join(os.path.dirname(target), os.path.basename(new)))

    def getattr(self, path, fi=None):
        found = os.fstat(fi.fh) if fi else os.lstat(self.real(path))
        times = {f"st_{each}time": getattr(found, f"st_{each}time_ns") for each in "amc"}
        return {**times, **{key: getattr(found, key) for key in STAT}}

    def statfs(self, path):
        found = os.statvfs(self.real(path))
        return {key: getattr(found, key) for key in STATFS}

    def lock(self, path, fi, cmd, pointer):
        kind, whence, start, length, _ = struct.unpack(FLOCK, ctypes.string_at(pointer, struct.calcsize(FLOCK)))
        end, inode = start + length if length else END, os.fstat(fi.fh).st_ino
        mine, others = [], []
        for held in self.locks.get(inode, []):
            (mine if held[0] == fi.lock_owner else others).append(held)
        clash = [each for each in others if each[2] < end and start < each[3] and fcntl.F_WRLCK in (kind, each[1])]
        if cmd == fcntl.F_GETLK:
            _, kind, start, end = clash[0] if clash else (0, fcntl.F_UNLCK, start, end)
            found = struct.pack(FLOCK, kind, os.SEEK_SET, start, 0 if end == END else end - start, 0)
            ctypes.memmove(pointer, found, len(found))
            return
        if clash and kind != fcntl.F_UNLCK:
            raise OSError(EAGAIN if cmd == fcntl.F_SETLK else ENOTSUP, "locked")
        left = [(owner, k, s, min(e, start)) for owner, k, s, e in mine if s < start]
        right = [(owner, k, max(s, end), e) for owner, k, s, e in mine if e > end]
        new = [] if kind == fcntl.F_UNLCK else [(fi.lock_owner, kind, start, end)]
        self.locks[inode] = others + left + right + new
        if not self.locks[inode]:
            del self.locks[inode]

    def truncate(self, path, length, fi=None):
        os.truncate(fi.fh if fi else self.real(path), length)

    def utimens(self, path, times=None):
        os.utime(self.real(path), ns=times, follow_symlinks=False)

    read = lambda self, path, size, offset, fi: os.pread(fi.fh, size, offset)
    write = lambda self, path, data, offset, fi: os.pwrite(fi.fh, data, offset)
    fsync = lambda self, path, datasync, fi: os.fsync(fi.fh)
    release = lambda self, path, fi: os.close(fi.fh)
    fsyncdir = lambda self, path, datasync, fh: os.fsync(fh)
    readdir = lambda self, path, fh: [".", "..", *(name for name in os.listdir(fh) if not name.startswith(".fuse_hidden"))]
    releasedir = lambda self, path, fh: os.close(fh)
    mkdir = lambda self, path, mode: self.owned(path, lambda real: os.mkdir(real, mode))
    symlink = lambda self, path, target: self.owned(path, lambda real: os.symlink(target, real))
    link = lambda self, path, other: os.link(self.real(other), self.real(path), follow_symlinks=False)
    readlink = lambda self, path: os.readlink(self.real(path))
    unlink = lambda self, path: os.unlink(self.real(path))
    rmdir = lambda self, path: os.rmdir(self.real(path))
    chmod = lambda self, path, mode: os.chmod(self.real(path), mode)
    chown = lambda self, path, uid, gid: os.chown(self.real(path), uid, gid, follow_symlinks=False)


os.umask(0)
fuse.FUSE(
    CaseFolding(os.path.realpath(sys.argv[1])), sys.argv[2], raw_fi=True, nothreads=True, allow_other=True, use_ino=True,
    default_permissions=True, direct_io=True, attr_timeout=0, entry_timeout=0, negative_timeout=0,
)  # fmt: skip
