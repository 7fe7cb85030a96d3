"""A control group with a limit of processor time, for programs that a measurement starts. Needs root."""

import os
import pathlib

V1 = pathlib.Path("/sys/fs/cgroup/cpu")
V2 = pathlib.Path("/sys/fs/cgroup")


class Quota:
    """`with Quota("grabber", 0.2) as quota: quota.add(process.pid)`; removed at the end."""

    def __init__(self, name, cores, period=100_000):
        self.is_v1 = (V1 / "cpu.cfs_quota_us").exists()
        self.folder = (V1 if self.is_v1 else V2) / f"maskwatch-{name}-{os.getpid()}"
        self.limits = {"cpu.cfs_period_us": period, "cpu.cfs_quota_us": int(cores * period)} if self.is_v1 else \
            {"cpu.max": f"{int(cores * period)} {period}"}

    def __enter__(self):
        return self.open()

    def __exit__(self, *_):
        self.close()

    def open(self):
        self.folder.mkdir()
        for name, value in self.limits.items():
            (self.folder / name).write_text(str(value))
        return self

    def close(self):
        for pid in (self.folder / "cgroup.procs").read_text().split():
            (self.folder.parent / "cgroup.procs").write_text(pid)
        self.folder.rmdir()

    def add(self, pid):
        (self.folder / "cgroup.procs").write_text(str(pid))

    def throttled(self):
        """Periods in which the limit was reached, and all periods."""
        words = dict(line.split() for line in (self.folder / "cpu.stat").read_text().splitlines())
        return int(words["nr_throttled"]), int(words["nr_periods"])
