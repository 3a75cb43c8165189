"""How a peer answers `compare.py`."""

import json
import resource
import sys
import time


def serve(work):
    """Does the work three times, says that it is ready, and answers requests: a request is a line on
    standard input with a number, for which the work is done once untimed, then so many times; the answer
    gives the mean seconds, and the peak resident memory so far."""
    for _ in range(3):
        work()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        work()
        start = time.perf_counter()
        for _ in range(int(line)):
            work()
        seconds = (time.perf_counter() - start) / int(line)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "peak_bytes": peak}), flush=True)
