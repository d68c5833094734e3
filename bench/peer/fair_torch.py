"""The conditions under which a peer is as fast as PyTorch lets it be; exit code 77 with a reason where they do not hold."""

import ctypes
import os
import sys

CANNOT_MEASURE = 77


def cannot_measure(reason):
    print(reason, file=sys.stderr)
    raise SystemExit(CANNOT_MEASURE)


def keep_freed_memory():
    """glibc returns large blocks to the kernel at once by default, which PyTorch pays for in page faults."""
    m_trim_threshold, m_mmap_threshold = -1, -3
    libc = ctypes.CDLL(None)
    libc.mallopt(m_mmap_threshold, 1 << 30)
    libc.mallopt(m_trim_threshold, (1 << 31) - 1)


def loaded_blas():
    """The BLAS libraries mapped into this process."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "/" in line}
    return sorted(path for path in paths if "blas" in os.path.basename(path) or "mkl_" in os.path.basename(path))


def start_torch(threads):
    """PyTorch as fast as it goes on so many threads, and the BLAS libraries that it runs on."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    if not os.path.exists("/proc/self/maps"):
        cannot_measure("only Linux tells which BLAS library is loaded")
    keep_freed_memory()
    try:
        import torch
    except ImportError as error:
        cannot_measure(f"PyTorch is not installed: {error}")
    torch.set_num_threads(threads)
    blas = [os.path.realpath(path) for path in loaded_blas()]
    if not torch.backends.mkl.is_available() and not any("openblas" in path for path in blas):
        cannot_measure(f"PyTorch runs on a slow BLAS ({', '.join(blas)}); install libopenblas0-openmp")
    return torch, blas
