"""
`no-record-locks.py ERROR COMMAND…` becomes the command, for which every record lock (fcntl F_GETLK, F_SETLK, F_SETLKW and
those of open files) fails with the error, like ENOLCK, as on a disk that has none. All else that fcntl does works, and so
does flock. It is a filter of the kernel: it reaches children too, and costs nothing.
"""

import ctypes, errno, os, platform, signal, struct, sys

NUMBER_OF_FCNTL = {"x86_64": 72, "aarch64": 25}
COMMANDS = [5, 6, 7, 36, 37, 38]
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
SYSCALL, SECOND_ARGUMENT = 0, 24  # offsets in what the kernel shows to a filter
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2


def program(number, error):
    last = len(COMMANDS)
    yield LOAD, 0, 0, SYSCALL
    yield JUMP_IF_EQUAL, 0, last + 1, number
    yield LOAD, 0, 0, SECOND_ARGUMENT
    for index, command in enumerate(COMMANDS):
        yield JUMP_IF_EQUAL, last - index, 0, command
    yield RETURN, 0, 0, ALLOW
    yield RETURN, 0, 0, FAIL | error


def main(name, command):
    steps = [struct.pack("HBBI", *step) for step in program(NUMBER_OF_FCNTL[platform.machine()], getattr(errno, name))]
    steps_in_memory = ctypes.create_string_buffer(b"".join(steps))
    header = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(steps_in_memory)))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in [(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0)]:
        if libc.prctl(*call) != 0:
            sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execvp(command[0], command)


main(sys.argv[1], sys.argv[2:])
